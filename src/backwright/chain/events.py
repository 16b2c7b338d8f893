"""What the chain says while it works; terminals, JSON and reports listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backwright.diagnostics.evidence import GateResult

__all__ = ["Event", "GateFinished", "Listener", "PhaseStarted", "Said", "silent"]


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """Longer work begins; `label` says what in a few words."""

    label: str


@dataclass(frozen=True, slots=True)
class GateFinished:
    """A gate has its verdict."""

    result: GateResult


@dataclass(frozen=True, slots=True)
class Said:
    """A fact worth a line."""

    text: str


Event = PhaseStarted | GateFinished | Said
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """Hears nothing."""
    del event
