"""Ranges that the contract does not know."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition
from backwright.plan.expressions.tree import Access, Comparison, Constant, Expression, This, Widen
from backwright.plan.expressions.types import ExactType, IntType

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for check in entity.checks:
            field = _bounded(check.expression)
            if field:
                yield Found(
                    f"{entity.name}.{check.id}",
                    check.origin,
                    f"the check '{condition(check.expression)}' of {entity.name} is a range of {field} alone",
                    f"Write it into the type of {field}: the contract then shows it, and bodies are refused with 422 "
                    "before anything is asked of the database.",
                )


def _bounded(expression: Expression) -> str | None:
    if not isinstance(expression, Comparison) or expression.operator not in ("<", "<=", ">", ">="):
        return None
    left, right = _plain(expression.left), _plain(expression.right)
    field, bound = (left, right) if isinstance(right, Constant) else (right, left)
    numeric = isinstance(field.typing.type, IntType | ExactType)
    if numeric and isinstance(bound, Constant) and isinstance(field, Access) and isinstance(field.of, This):
        return field.name
    return None


def _plain(expression: Expression) -> Expression:
    return _plain(expression.of) if isinstance(expression, Widen) else expression


_BAD = """entities:
  Parcel:
    fields: {grams: int >= 1}
    checks: {notTooHeavy: grams <= 30000}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/range-as-check",
    severity="note",
    summary="A check compares one number with a constant, which its type could say.",
    explanation="Checks are for what several fields say together. A range in the type is a CHECK as well, and besides "
    "it stands in the OpenAPI document, in the tests and in the seeds.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("grams: int >= 1", "grams: int(1..30000)").replace(
            "    checks: {notTooHeavy: grams <= 30000}\n", ""
        )
    ),
)
