"""Rows that can be deleted whatever became of them."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition, lines
from backwright.plan.expressions import fields_read

__all__ = ["RULE"]

_FEWEST = 3


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule, lifecycle = entity.rule("delete"), entity.lifecycle
        if not rule or not lifecycle or len(lifecycle.states) < _FEWEST:
            continue
        if (entity.name, lifecycle.field) not in fields_read(rule.expression):
            said = condition(rule.expression)
            said = f"({said})" if "||" in said else said
            yield Found(
                entity.name,
                rule.origin,
                f"{a(entity.name)} may be deleted in each of its {len(lifecycle.states)} states, "
                f"also when it is {lifecycle.states[-1]}, and nothing is left of it",
                "Let only what has not begun be deleted, and let the rest end by a transition.",
                lines(
                    "entities", entity.name, "allow", f"delete: {said} && {lifecycle.field} == '{lifecycle.states[0]}'"
                ),
            )


_BAD = """entities:
  Claim:
    fields: {text: string}
    lifecycle:
      field: state
      states: [draft, filed, settled]
      transitions:
        file: {from: draft, to: filed, allow: me != null}
        settle: {from: filed, to: settled, allow: me.role == 'staff'}
    allow:
      read: me.role == 'staff'
      create: me.role == 'staff'
      delete: me.role == 'staff'
"""

RULE = Rule(
    name="security/delete-in-any-state",
    severity="note",
    summary="A row with a life of three states or more may be deleted in all of them.",
    explanation="What others have acted upon is evidence: who deletes it deletes the trace of what they did with it. "
    "Rules for deleting may ask for the state.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("delete: me.role == 'staff'", "delete: me.role == 'staff' && state == 'draft'")),
)
