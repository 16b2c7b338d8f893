"""The templates of the pages."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

__all__ = ["page"]


@cache
def _environment(path: str) -> Environment:
    text = (files(__package__) / "templates" / f"{path}.j2").read_text(encoding="utf-8")
    return Environment(  # noqa: S701 - Markdown and settings, not HTML
        loader=DictLoader({path: text}),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def page(path: str, view: object) -> str:
    """One file; never more than one empty line in a row."""
    text = _environment(path).get_template(path).render(view=view)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
