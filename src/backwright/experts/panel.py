"""The seats, their rules, and what they say about a case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import backwright.experts
from backwright.blueprint.suggestion import nearest
from backwright.diagnostics import Diagnostic
from backwright.experts.model import Case, Decision, Finding, Found, Rule
from backwright.experts.requirements import ACCEPTED
from backwright.plan.model import Requirement

__all__ = ["Review", "decisions", "review", "rules", "seats"]

_ORDER = ("architect", "security", "database", "devops", "performance")
_WEIGHT = {"error": 0, "warning": 1, "note": 2}
_DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class Review:
    """What the panel says; `problems` are acceptances that accept nothing."""

    findings: tuple[Finding, ...]
    problems: tuple[Diagnostic, ...]


@cache
def seats() -> tuple[str, ...]:
    """The seats that are there, in the order in which they speak."""
    found = {module.name for module in iter_modules(backwright.experts.__path__) if module.ispkg}
    return (*(name for name in _ORDER if name in found), *sorted(found - set(_ORDER)))


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, seat by seat, by name."""
    return tuple(rule for seat in seats() for rule in _rules(seat))


def _rules(seat: str) -> Iterator[Rule]:
    package = import_module(f"backwright.experts.{seat}")
    for module in sorted(each.name for each in iter_modules(package.__path__)):
        if module != _DECISIONS:
            rule: Rule = import_module(f"{package.__name__}.{module}").RULE
            yield rule


def review(case: Case, chosen: Sequence[str] = ()) -> Review:
    """What the chosen seats find, or all of them: seat by seat, the gravest first, then in the order of the file."""
    heard = [seat for seat in seats() if seat in chosen or not chosen]
    found = [Finding(rule, each) for rule in rules() if rule.seat in heard for each in rule.check(case)]
    stated = [each for each in case.plan.requirements if each.path.partition(".")[0] == ACCEPTED]
    judged = [_accepted(finding, stated) for finding in found]
    return Review(tuple(sorted(judged, key=_position)), tuple(_unfounded(stated, found, heard)))


def decisions(case: Case) -> tuple[Decision, ...]:
    """What the seats have decided for this plan, seat by seat."""
    return tuple(
        decision
        for seat in seats()
        for decision in import_module(f"backwright.experts.{seat}.{_DECISIONS}").decisions(case)
    )


def _position(finding: Finding) -> tuple[int, int, int, int, str]:
    rule, origin = finding.rule, finding.found.origin
    return seats().index(rule.seat), _WEIGHT[rule.severity], origin.line, origin.column, rule.name


def _accepted(finding: Finding, stated: Sequence[Requirement]) -> Finding:
    by = next((each for each in stated if _speaks_of(each, finding.rule, finding.found)), None)
    return replace(finding, accepted=by.value) if by and by.value else finding


def _speaks_of(requirement: Requirement, rule: Rule, found: Found) -> bool:
    path = f"{ACCEPTED}.{rule.name}"
    return requirement.path == path or (bool(found.element) and requirement.path == f"{path}.{found.element}")


def _unfounded(stated: Sequence[Requirement], found: Sequence[Finding], heard: Sequence[str]) -> Iterator[Diagnostic]:
    names = [rule.name for rule in rules()]
    for each in stated:
        rule, _, element = each.path.removeprefix(f"{ACCEPTED}.").partition(".")
        if rule not in names:
            advice = nearest(rule, names) or "`backwright review --explain` lists the rules."
            yield Diagnostic("review/unknown-rule", f"there is no rule '{rule}'", each.origin, advice, "warning")
        elif rule.partition("/")[0] not in heard:
            continue
        elif not each.value:
            reason = f"'{rule}' is accepted without a reason, so it is not"
            yield Diagnostic("review/no-reason", reason, each.origin, "Say why, in a few words.", "warning")
        elif not any(_speaks_of(each, finding.rule, finding.found) for finding in found):
            about = f" about {element}" if element else ""
            reason = f"'{rule}' finds nothing{about} that could be accepted"
            yield Diagnostic("review/unfounded-acceptance", reason, each.origin, "Remove it.", "warning")
