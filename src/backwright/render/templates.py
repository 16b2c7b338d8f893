"""Jinja templates of a package, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

__all__ = ["render"]


@cache
def _environment(package: str) -> Environment:
    root = files(package) / "templates"
    names: dict[str, str] = {}
    pending = [("", root)]
    while pending:
        prefix, folder = pending.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                pending.append((f"{path}/", entry))
            elif path.endswith(".j2"):
                names[path] = entry.read_text(encoding="utf-8")
    return Environment(  # noqa: S701 - source code and Markdown, not HTML
        loader=DictLoader(names),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(package: str, template: str, view: object) -> str:
    """One file's text, from `templates/` of `package`; the template sees `view`."""
    return _environment(package).get_template(template).render(view=view)
