"""The templates of the files."""

from __future__ import annotations

from backwright.render.templates import render

__all__ = ["page"]


def page(path: str, view: object) -> str:
    """One file."""
    return render(__package__, f"{path}.j2", view)
