"""What the plan of a project does not know: what was said, and how its stack was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["NOTHING_MORE", "Background", "Score"]


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a stack, 1 to 5 each, with what they were given for; `total` weighs them."""

    stack: str
    language: str
    points: tuple[tuple[str, int, int, str], ...]
    """Criterion, weight, points, reason."""

    @property
    def total(self) -> int:
        """The sum of the weighted points."""
        return sum(weight * points for _, weight, points, _ in self.points)


@dataclass(frozen=True, slots=True)
class Background:
    """`said` has the sentence that an element comes from, `because` the reason for the stack."""

    said: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    because: str = ""
    scores: tuple[Score, ...] = ()


NOTHING_MORE = Background()
