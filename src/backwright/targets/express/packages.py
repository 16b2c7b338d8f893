"""The package manifest and its lock, without packages that a project has no use for."""

from __future__ import annotations

from typing import cast

__all__ = ["without"]

Document = dict[str, object]
_GROUPS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def without(document: Document, package: str) -> Document:
    """`package.json` or `package-lock.json` as it is when `package` is not a dependency."""
    if "packages" not in document:
        return _unnamed(document, package)
    packages = cast("dict[str, Document]", document["packages"])
    kept = dict(packages)
    kept[""] = _unnamed(packages[""], package)
    reached = _reached(kept)
    return document | {"packages": {path: entry for path, entry in kept.items() if path in reached}}


def _unnamed(entry: Document, package: str) -> Document:
    named = {group: cast("dict[str, str]", entry[group]) for group in _GROUPS if group in entry}
    kept = {
        group: {name: version for name, version in packages.items() if name != package}
        for group, packages in named.items()
    }
    return entry | kept


def _reached(packages: dict[str, Document]) -> set[str]:
    """The entries that the root needs, found the way Node resolves names: from the inside out."""
    reached = {""}
    waiting = [""]
    while waiting:
        path = waiting.pop()
        for group in _GROUPS:
            for name in cast("dict[str, str]", packages[path].get(group, {})):
                found = _resolved(packages, path, name)
                if found and found not in reached:
                    reached.add(found)
                    waiting.append(found)
    return reached


def _resolved(packages: dict[str, Document], path: str, name: str) -> str | None:
    while True:
        candidate = f"{path}/node_modules/{name}".removeprefix("/")
        if candidate in packages:
            return candidate
        if not path:
            return None
        path = path.rpartition("node_modules/")[0].removesuffix("/")
