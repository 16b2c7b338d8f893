"""What gates found, as values that reports and experts read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.diagnostics.model import Diagnostic

__all__ = ["GateResult", "GateStatus"]

GateStatus = Literal["passed", "failed", "not_run"]


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate's verdict: what it did `count` times of (`unit`), what failed, why it did not run, with which tool.

    A gate that did not run since there is nothing to judge does not apply; nobody waits for it.
    """

    name: str
    status: GateStatus
    count: int
    unit: str
    failures: tuple[Diagnostic, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    tool: str = ""
    applies: bool = True
