"""What was done to the files of a project."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Renewal"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Paths that were written, removed, and left as their owner has edited them."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
