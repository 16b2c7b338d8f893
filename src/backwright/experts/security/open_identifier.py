"""Account numbers and the like for everybody to see."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, always, newcomers, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.words import IDENTIFIERS, says

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("read")
        seen = always(case.plan, rule) & newcomers(case.plan)
        for field in entity.fields if rule and seen else ():
            if not field.secret and says(field.name, IDENTIFIERS):
                who = "everybody" if ANYBODY in seen else f"whoever registers ({people(case.plan, seen)})"
                identity = case.plan.identity
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} can be misused once it is known, and {who} reads it in every row",
                    f"Narrow who reads {entity.name}, or mark the field `secret`.",
                    lines("entities", entity.name, "allow", f"read: me.role == '{identity.roles[-1]}'")
                    if identity
                    else "",
                )


_BAD = """entities:
  Holding:
    fields: {iban: string(15..34) unique}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="security/open-identifier",
    severity="warning",
    summary="Numbers that can be misused are readable by everybody who registers.",
    explanation="Bank accounts, passports, tax and card numbers (the list IDENTIFIERS in `experts/words.py`) are the "
    "material of fraud. The rule for reading lets the first role, or callers without an account, see them in every "
    "row.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("read: me != null", "read: me.role == 'staff'")),
)
