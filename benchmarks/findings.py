"""What was measured, and the ratios that are read from it."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.client import Asked
from benchmarks.hot_paths import HotPath
from benchmarks.load import Measurement
from benchmarks.servers import ServerName

__all__ = ["Findings", "Spread"]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, the least and the most."""

    median: float
    least: float
    most: float

    @staticmethod
    def of(values: list[float]) -> Spread:
        return Spread(statistics.median(values), min(values), max(values))


@dataclass(slots=True)
class Findings:
    """Measurements by hot path and server, one for each round; the rest is measured once."""

    rounds: dict[HotPath, dict[ServerName, list[Measurement]]] = field(default_factory=dict)
    asked: dict[str, dict[ServerName, Asked]] = field(default_factory=dict)
    seconds_to_start: dict[ServerName, float] = field(default_factory=dict)
    idle_megabytes: dict[ServerName, float] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)

    def add(self, path: HotPath, server: ServerName, measured: Measurement) -> None:
        self.rounds.setdefault(path, {}).setdefault(server, []).append(measured)

    def ratio(self, path: HotPath, server: ServerName, reference: ServerName) -> Spread:
        """Each round's rate by that of the reference in the same round, so that a slow minute is in both."""
        own, others = self.rounds[path][server], self.rounds[path][reference]
        return Spread.of([mine.rate / other.rate for mine, other in zip(own, others, strict=True)])

    def spread(self, path: HotPath, server: ServerName, value: Callable[[Measurement], float | None]) -> Spread | None:
        """Of a value that each round measured; None where the machine does not tell it."""
        found = [value(each) for each in self.rounds[path][server]]
        known = [each for each in found if each is not None]
        return Spread.of(known) if known else None
