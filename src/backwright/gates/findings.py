"""What a gate collects while it runs, and the verdict it leads to."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from backwright.diagnostics.evidence import GateResult
from backwright.diagnostics.model import Diagnostic, Origin

__all__ = ["Findings", "tail"]

_SHOWN = 20


@dataclass(slots=True)
class Findings:
    """Counts what was done and keeps what failed; the same failure is kept once."""

    gate: str
    unit: str
    tool: str = ""
    count: int = 0
    _failures: dict[Diagnostic, None] = field(default_factory=dict)
    _started: float = field(default_factory=time.monotonic)

    def done(self, number: int = 1) -> None:
        """So many more were done."""
        self.count += number

    def fail(self, code: str, message: str, origin: Origin | None = None, help: str = "") -> None:
        """One failure; `origin` is the blueprint element it belongs to, where that is known."""
        self._failures[Diagnostic(code, message, origin or Origin(), help)] = None

    def check(self, holds: bool, code: str, message: str, origin: Origin | None = None, help: str = "") -> None:
        """One thing done, and a failure unless it holds."""
        self.done()
        if not holds:
            self.fail(code, message, origin, help)

    @property
    def failures(self) -> int:
        """How many different failures there are so far."""
        return len(self._failures)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._started

    def _shown(self) -> tuple[Diagnostic, ...]:
        """The first of every code, then the second of every code, and so on."""
        rank: Counter[str] = Counter()
        ranked = []
        for failure in self._failures:
            rank[failure.code] += 1
            ranked.append((rank[failure.code], failure))
        chosen = {failure for _, failure in sorted(ranked, key=lambda each: each[0])[:_SHOWN]}
        return tuple(failure for failure in self._failures if failure in chosen)

    def result(self, reason: str = "") -> GateResult:
        """The verdict; nothing done is a failure."""
        if self.count == 0 and not self._failures:
            self.fail("gate/did-nothing", f"the gate {self.gate} did nothing")
        failures = self._shown()
        hidden = Counter(failure.code for failure in self._failures.keys() - set(failures))
        if hidden:
            kinds = ", ".join(f"{number} {code}" for code, number in sorted(hidden.items()))
            message = f"{hidden.total()} further failures are not listed: {kinds}"
            failures += (Diagnostic("gate/more-failures", message, Origin()),)
        return GateResult(
            name=self.gate,
            status="failed" if failures else "passed",
            count=self.count,
            unit=self.unit,
            failures=failures,
            reason=reason,
            seconds=round(self.seconds, 3),
            tool=self.tool,
        )


def tail(output: str, lines: int = 12) -> str:
    """The end of what a command printed."""
    return "\n".join(output.strip().splitlines()[-lines:])
