"""Numbers that callers count down and may set themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backwright.experts.facts import holders, is_identity, newcomers, people, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import Count, callers, counts, name_of
from backwright.plan.model import Exact, Integer, Plan

__all__ = ["RULE"]

_SAFE = 2**53 - 1


def _check(case: Case) -> Iterator[Found]:
    said = set()
    for count in counts(case.plan):
        element = f"{count.entity.name}.{count.field.name}"
        how = _how(case.plan, count)
        if how and element not in said:
            said.add(element)
            yield Found(
                element,
                count.field.origin,
                f"{name_of(count.routine)} counts {element}, but {how}",
                "Move it to an entity of its own that only operations write: one with an owner, and without rules for "
                "creating and updating.",
            )


def _how(plan: Plan, count: Count) -> str:
    entity, field = count.entity, count.field
    if field.name in stores(plan, entity, "update"):
        able = holders(plan, entity, entity.rule("update")) & callers(plan, count.routine)
        if able:
            return f"{people(plan, able)} may set it to anything by updating a row of {entity.name}"
    spent = callers(plan, count.routine) & newcomers(plan)
    if spent and is_identity(plan, entity) and field.name in stores(plan, entity, "create") and _gains(count):
        return f"whoever registers chooses what it is at first ({_range(count)}, usually {field.default})"
    return ""


def _gains(count: Count) -> bool:
    """Whether something better than the default can be chosen; without one the choice is asked for."""
    kind, start = count.field.type, count.field.default
    if start is None or not isinstance(kind, Integer | Exact):
        return not count.field.optional
    best: list[Decimal | int | None] = [kind.maximum] if count.down else []
    best += [kind.minimum] if count.up else []
    return any(bound is None or bound != Decimal(str(start)) for bound in best)


def _range(count: Count) -> str:
    kind = count.field.type
    assert isinstance(kind, Integer | Exact)
    most: Decimal | int | None = kind.maximum
    return f"up to {most}" if most is not None and most < _SAFE else "as much as fits"


_BAD = """entities:
  Account:
    fields: {email: email unique personal}
    allow: {read: this == me || me.role == 'staff'}
  Wallet:
    owner: holder
    fields: {holder: Account immutable unique, points: int(0..1000) default 0}
    allow: {read: owner, create: owner, update: owner}
operations:
  spend:
    route: POST /wallets/{wallet}/spend
    allow: me != null
    idempotent: true
    input: {wallet: Wallet}
    steps:
      - require: input.wallet.holder == me
        otherwise: {error: not_yours, status: 403}
      - update: input.wallet
        set: {points: points - 1}
        otherwise: {error: nothing_left}
"""

RULE = Rule(
    name="security/own-balance",
    severity="error",
    summary="Those who spend from a number may also set it.",
    explanation="An operation adds to a stored number or takes from it for its caller, and a body of the same caller "
    "writes that number: by the entity's own update, or at registration, where all fields of an account are given. "
    "The balance is then what its holder says (CWE-915).",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("create: owner, update: owner", "create: me.role == 'staff', update: me.role == 'staff'")
        .replace("    owner: holder\n", "")
        .replace("read: owner", "read: holder == me || me.role == 'staff'")
    ),
)
