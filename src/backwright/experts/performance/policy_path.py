"""Rules for reading that follow references for every row."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions import references

__all__ = ["RULE"]

_DEEP = 3


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("read")
        paths = (
            [path for path in references(rule.expression) if path.root == "this" and len(path.names) >= _DEEP]
            if rule
            else []
        )
        if rule and paths:
            said = ".".join(paths[0].names)
            yield Found(
                entity.name,
                rule.origin,
                f"who reads {a(entity.name)} depends on {said}: {len(paths[0].names) - 1} other rows are looked up "
                "for each row that a list considers",
                f"Keep the last reference in {entity.name} itself, set when a row is made; a rule that compares it "
                "uses its index.",
            )


_BAD = """entities:
  Team:
    fields: {label: string(1..40), lead: Account}
    allow: {read: me != null, create: me.role == 'staff'}
  Project:
    fields: {label: string(1..40), team: Team}
    allow: {read: me != null, create: me.role == 'staff'}
  Task:
    fields: {label: string(1..40), project: Project}
    allow: {read: project.team.lead == me || me.role == 'staff', create: me.role == 'staff'}
"""

RULE = Rule(
    name="performance/policy-path",
    severity="warning",
    summary="A rule for reading follows two references or more.",
    explanation="A rule is asked for every row that a list considers, not only for those that it shows. What stands "
    "in another table is read through a function, one call a row, and one "
    "more for each further reference. A reference in the row itself is an index condition.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("project: Project}", "project: Project, lead: Account}").replace(
            "project.team.lead == me", "lead == me"
        )
    ),
)
