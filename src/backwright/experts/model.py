"""The vocabulary of the panel: a case, a rule, what it finds, what a seat has decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backwright.diagnostics import Diagnostic, Origin, Severity
from backwright.diagnostics.evidence import GateResult
from backwright.plan.model import Plan

__all__ = ["Alternative", "Case", "Decision", "Evidence", "Example", "Finding", "Found", "Rule"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What `verification.json` says of a project.

    `absent` are gates that exist and of which it says nothing; `is_current` is whether it speaks of this blueprint.
    """

    gates: tuple[GateResult, ...] = ()
    absent: tuple[str, ...] = ()
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """What the panel looks at; no evidence where a blueprint alone is reviewed."""

    plan: Plan
    evidence: Evidence | None = None

    @property
    def top(self) -> Origin:
        """The place of what is about the whole blueprint."""
        return Origin(self.plan.entities[0].origin.file, 1, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a rule applies.

    `element` is a name such as `Note` or `Note.title`, or empty for the whole; `edit` are lines of YAML to paste.
    """

    element: str
    origin: Origin
    reason: str
    advice: str
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Sections of a blueprint, completed by `backwright.experts.example`, and what the gates found about it."""

    blueprint: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a seat looks for. The name is `<seat>/<fault>`; an `error` is a hole, a `note` a thought."""

    name: str
    severity: Severity
    summary: str
    explanation: str
    check: Callable[[Case], Iterable[Found]]
    bad: Example
    good: Example

    @property
    def seat(self) -> str:
        """Whose rule it is."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, and the reason for which the author accepts it; None where nobody does."""

    rule: Rule
    found: Found
    accepted: str | None = None

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding in the form that all renderers take; its help lacks the lines to paste."""
        found = self.found
        return Diagnostic(self.rule.name, found.reason, found.origin, found.advice, self.rule.severity)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something that was not chosen, and what speaks against it here."""

    name: str
    against: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What this backend rests on: `reason` has the figures of its plan, `consequences` is what follows from it."""

    seat: str
    slug: str
    title: str
    decided: str
    reason: str
    alternatives: tuple[Alternative, ...]
    consequences: str
