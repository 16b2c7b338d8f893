"""What a stack says of itself, so that one can be chosen with reasons."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Traits"]


@dataclass(frozen=True, slots=True)
class Traits:
    """Measured by `make bench` (docs/performance.md): processor time of one read, memory at rest.

    `packages` counts those that the server names itself.
    """

    language: str
    microseconds: int
    megabytes: int
    packages: int
