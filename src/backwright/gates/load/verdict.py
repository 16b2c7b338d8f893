"""What was measured, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from backwright.diagnostics import Diagnostic, Origin
from backwright.gates.load.client import Measured
from backwright.gates.wire import Connection
from backwright.plan.objectives import StatedLoad

__all__ = ["Round", "event_loop_p99"]

_FEW = 100
"""Rows: more than a page with what belongs to it, read from end to end for every request, is no page."""
_OWN_LATENESS = 0.25
_ERROR = 400


@dataclass(frozen=True, slots=True)
class Round:
    """The requests of one open loop; `scanned` are rows read from end to end per request, by table."""

    promise: StatedLoad
    rate: float
    measured: Sequence[Measured]
    scanned: Mapping[str, float]
    event_loop: float | None

    @property
    def p95(self) -> float:
        """Seconds."""
        return self._at(0.95)

    @property
    def is_in_time(self) -> bool:
        """Whether the promise was kept."""
        return self.p95 <= self.promise.p95

    @property
    def is_own_fault(self) -> bool:
        """Whether the client itself was too late to say anything about the server."""
        late = sorted(each.late for each in self.measured)
        return late[ceil(len(late) * 0.95) - 1] > _OWN_LATENESS * self.promise.p95

    def failures(self) -> list[Diagnostic]:
        """Everything that breaks the promise; latency only where the client is not the reason."""
        found = [*self._wrong_answers(), *self._scans()]
        if not self.is_in_time and not self.is_own_fault:
            slow = self._slowest()
            said = f"at {self.rate:g} requests a second 95 % are answered within {self.p95 * 1000:.0f} ms, not within "
            said += f"{self.promise.p95 * 1000:g} ms; {slow}"
            found.append(Diagnostic("gate/load-latency", said, self.promise.origin))
        return found

    def described(self) -> str:
        """The figures."""
        parts = [f"p{share * 100:g} {self._at(share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99)]
        if self.event_loop is not None:
            parts.append(f"the event loop's delay p99 at most {self.event_loop * 1000:g} ms")
        ended = max(each.seconds + number / self.rate for number, each in enumerate(self.measured))
        answered = sum(each.status > 0 for each in self.measured)
        return f"{self.rate:g} requests a second were offered and {answered / ended:.0f} answered: {', '.join(parts)}."

    def _at(self, share: float) -> float:
        ordered = sorted(each.seconds for each in self.measured)
        return ordered[max(0, ceil(len(ordered) * share) - 1)]

    def _wrong_answers(self) -> list[Diagnostic]:
        wrong = [each for each in self.measured if each.status == 0 or each.status >= _ERROR]
        if not wrong:
            return []
        first = wrong[0]
        said = f"{len(wrong)} of {len(self.measured)} requests failed; {_route(first)} answered "
        return [Diagnostic("gate/load-answer", f"{said}{first.status or 'nothing'}", self.promise.origin)]

    def _scans(self) -> list[Diagnostic]:
        return [
            Diagnostic(
                "gate/load-scan",
                f"a request reads {rows:.0f} rows of {name} from end to end, on average of all requests",
                Origin(),
            )
            for name, rows in self.scanned.items()
            if rows > _FEW
        ]

    def _slowest(self) -> str:
        kinds: dict[str, list[float]] = {}
        for each in self.measured:
            kinds.setdefault(_route(each), []).append(each.seconds)
        name, times = max(kinds.items(), key=lambda each: sorted(each[1])[len(each[1]) // 2])
        return f"slowest is {name}, {sorted(times)[len(times) // 2] * 1000:.0f} ms in the middle"


def _route(each: Measured) -> str:
    path = re.sub(r"/[0-9a-f-]{36}", "/{id}", each.call.path.partition("?")[0])
    return f"{each.call.method} {path}"


def event_loop_p99(log: str) -> float | None:
    """The bound of the bucket that holds it (seconds), where the server says on which port it is measured."""
    found = re.search(r'"event": ?"metrics\.started".*?"port": ?(\d+)', log)
    if not found:
        return None
    connection = Connection(f"http://127.0.0.1:{found[1]}", base="")
    try:
        text = connection.call("GET", "/metrics").body
    finally:
        connection.close()
    buckets = re.findall(r'^event_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)$', text, re.MULTILINE)
    counts = [(float(bound.replace("+Inf", "inf")), int(count)) for bound, count in buckets]
    return next((bound for bound, count in counts if count >= 0.99 * counts[-1][1]), None)
