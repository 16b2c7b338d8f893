"""The vocabulary of rules: an alert comes with what it must be raised for, and what it must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RUNBOOK", "Alert", "Group", "Recording", "Samples"]

RUNBOOK = "documentation/runbooks/alerts.md"

Samples = tuple[tuple[str, str], ...]
"""Series and their values, in promtool's notation."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An expression that is worked out once for several."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Holds when `expression` did for `lasting`; `page` wakes somebody, `ticket` waits for the morning.

    `raised` and `quiet` lie on both sides of the threshold after so long, with a sample each `step`; `labels` are what
    the expression keeps.
    """

    name: str
    expression: str
    lasting: str
    severity: Literal["page", "ticket"]
    summary: str
    raised: Samples
    quiet: Samples
    step: str = "1m"
    after: str = "30m"
    labels: tuple[tuple[str, str], ...] = ()
    section: str = ""
    """The heading that says what to do, where several alerts share it."""

    @property
    def runbook(self) -> str:
        """Where that is, in the project."""
        return f"{RUNBOOK}#{(self.section or self.name).lower()}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are worked out together."""

    name: str
    rules: tuple[Recording | Alert, ...]

    @property
    def recordings(self) -> tuple[Recording, ...]:
        return tuple(each for each in self.rules if isinstance(each, Recording))

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return tuple(each for each in self.rules if isinstance(each, Alert))
