"""Amounts that may be negative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.plan.model import Exact

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            kind = field.type
            if isinstance(kind, Exact) and kind.money and kind.minimum is None and kind.above is None:
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} takes negative amounts, down to "
                    f"-{Decimal(10) ** (kind.precision - kind.scale):,}",
                    "Give it a lower bound; if it may be negative, say how far.",
                    lines("entities", entity.name, "fields", field_line(field, type=replace(kind, minimum=Decimal(0)))),
                )


_BAD = """entities:
  Fee:
    fields: {label: string(1..40), amount: money}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/signed-money",
    severity="warning",
    summary="An amount of money has no lower bound.",
    explanation="An amount that nobody thought of as negative is how credits are made out of fees. A bound is a CHECK "
    "in the table, a rule of the contract and a refusal with 422, in one word.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("amount: money", "amount: money >= 0")),
)
