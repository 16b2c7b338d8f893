"""Lines that are too long, laid out the way the formatter of the generated project lays them out."""

from __future__ import annotations

from backwright.targets.express.layout.lines import wrapped

__all__ = ["wrapped"]
