"""The templates of the pages."""

from __future__ import annotations

import re

from backwright.render.templates import render

__all__ = ["page"]


def page(path: str, view: object) -> str:
    """One file; never more than one empty line in a row."""
    text = render(__package__, f"{path}.j2", view)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
