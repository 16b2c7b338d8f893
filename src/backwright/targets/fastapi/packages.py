"""The project file and its lock, named after the application and without packages that it has no use for."""

from __future__ import annotations

import re
import tomllib

__all__ = ["named"]


def named(path: str, content: str, name: str, unused: tuple[str, ...]) -> str:
    """`pyproject.toml` or `uv.lock` for one project; any other file as it is."""
    if path == "pyproject.toml":
        for package in unused:
            content = re.sub(rf'^  "{package}[=\[].*\n', "", content, flags=re.MULTILINE)
        return content.replace('name = "app"', f'name = "{name}"')
    if path == "uv.lock":
        return _without(content, unused).replace('name = "app"', f'name = "{name}"')
    return content


def _without(lock: str, unused: tuple[str, ...]) -> str:
    """The lock of a project that does not depend on `unused`, and so not on what only they depend on."""
    for package in unused:
        lock = re.sub(rf'^    \{{ name = "{package}".*\}},\n', "", lock, flags=re.MULTILINE)
    head, *blocks = re.split(r"(?m)^(?=\[\[package\]\]\n)", lock)
    packages = {tomllib.loads(block)["package"][0]["name"]: block for block in blocks}
    reached = _reached(packages, "app")
    return head + "".join(block for name, block in packages.items() if name in reached)


def _reached(packages: dict[str, str], root: str) -> set[str]:
    reached = {root}
    waiting = [root]
    while waiting:
        package = tomllib.loads(packages[waiting.pop()])["package"][0]
        groups = [package.get("dependencies", ())]
        groups += package.get("dev-dependencies", {}).values()
        groups += package.get("optional-dependencies", {}).values()
        found = {each["name"] for group in groups for each in group} & packages.keys() - reached
        reached |= found
        waiting += found
    return reached
