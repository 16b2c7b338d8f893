"""The bars: what the generated servers must reach, and by how much they do or do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.findings import Findings, Spread
from benchmarks.hot_paths import HOT_PATHS, HotPath
from benchmarks.servers import ServerName

__all__ = ["Bar", "bars_of"]

EXPRESS: ServerName = "Express, generated"
FASTAPI: ServerName = "FastAPI, generated"
_AT_LEAST: tuple[tuple[int, HotPath | None, ServerName, ServerName, float], ...] = (
    (1, "one row", EXPRESS, "node:http, bare", 0.55),
    (1, "20 rows", EXPRESS, "node:http, bare", 0.65),
    (1, "one row", FASTAPI, "ASGI, bare", 0.50),
    (1, "20 rows", FASTAPI, "ASGI, bare", 0.50),
    (2, None, EXPRESS, "Express, tutorial", 1.5),
    (2, None, EXPRESS, "Express, Sequelize", 3.0),
    (2, None, FASTAPI, "FastAPI, tutorial", 1.1),
    (2, None, FASTAPI, "FastAPI, SQLAlchemy", 3.0),
)
MOST_P99_PER_P50 = 5.0
MOST_LAG_MS = 20.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: `value` must be at least or at most `wanted`."""

    number: int
    what: str
    value: float
    wanted: float
    at_most: bool
    spread: Spread | None = None

    @property
    def met(self) -> bool:
        return self.value <= self.wanted if self.at_most else self.value >= self.wanted

    @property
    def gap(self) -> float:
        """How far it is from what is wanted, as a share of it; 0 where it is met."""
        return 0.0 if self.met else abs(self.value / self.wanted - 1)


def bars_of(found: Findings) -> list[Bar]:
    """Every bar that was measured, in order."""
    return [*_throughput(found), *_database(found), *_latency(found)]


def _throughput(found: Findings) -> Iterator[Bar]:
    for number, wanted_path, server, reference, wanted in _AT_LEAST:
        for path in HOT_PATHS if wanted_path is None else (wanted_path,):
            ratio = found.ratio(path, server, reference)
            yield Bar(number, f"{path}: {server} / {reference}", ratio.median, wanted, at_most=False, spread=ratio)


def _database(found: Findings) -> Iterator[Bar]:
    for server in (EXPRESS, FASTAPI):
        for path in ("one row", "20 rows"):
            asked = found.asked[path][server]
            yield Bar(3, f"{path}: {server}, statements", asked.of_data, 1, at_most=True)
            yield Bar(3, f"{path}: {server}, round trips", asked.round_trips, 1, at_most=True)
        for path in ("5 lines", "20 lines"):
            yield Bar(4, f"{path}: {server}, round trips", found.asked[path][server].round_trips, 3, at_most=True)


def _latency(found: Findings) -> Iterator[Bar]:
    for server in (EXPRESS, FASTAPI):
        for path in HOT_PATHS:
            tail = found.spread(path, server, lambda each: each.p99 / each.p50)
            lag = found.spread(path, server, lambda each: each.lag_p99)
            for what, spread, most in (("p99 / p50", tail, MOST_P99_PER_P50), ("lag p99, ms", lag, MOST_LAG_MS)):
                if spread:
                    yield Bar(5, f"{path}: {server}, {what}", spread.median, most, at_most=True, spread=spread)
