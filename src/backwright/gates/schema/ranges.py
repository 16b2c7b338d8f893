"""Values outside of what the plan allows are offered to the database itself, which has to refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
from psycopg import errors

from backwright.gates.findings import Findings
from backwright.gates.layout import column, quoted, table
from backwright.plan.expressions import Value, fields_read
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Exact,
    Field,
    Integer,
    Plan,
    Reference,
    Text,
    Timestamp,
)

__all__ = ["check_ranges", "legal_values"]

_NOBODY = "00000000-0000-7000-8000-000000000000"
_REFUSALS = (errors.CheckViolation, errors.NotNullViolation, errors.ForeignKeyViolation, psycopg.DataError)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A value for one column, and whether it is within what the plan says."""

    value: Value
    legal: bool
    words: str


def check_ranges(connection: psycopg.Connection, plan: Plan, findings: Findings) -> None:
    """Changes one seeded row of each table, one column at a time; nothing of it stays."""
    for entity in plan.entities:
        exists = connection.execute(f"select exists (select from {table(entity)})".encode()).fetchone()
        if exists != (True,):
            findings.fail(
                "gate/schema-seeds", f"{table(entity)} has no row on which its limits can be tried", entity.origin
            )
            continue
        together = {name for check in entity.checks for _, name in fields_read(check.expression)}
        for field in entity.fields:
            for offer in _offers(field):
                if not offer.legal or field.name not in together:
                    _try(connection, entity, field, offer, findings)


def legal_values(field: Field) -> list[Value]:
    """Some values that the field allows, at its limits above all."""
    found: list[Value] = [None] if field.optional else []
    match field.type:
        case Date():
            return [*found, date(2000, 1, 1), date(2099, 12, 31)]
        case Timestamp():
            return [*found, datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)]
        case Bool():
            return [*found, False, True]
        case _:
            return [*found, *(offer.value for offer in _offers(field) if offer.legal)]


def _try(connection: psycopg.Connection, entity: Entity, field: Field, offer: _Offer, findings: Findings) -> None:
    name = f"{table(entity)}.{column(field)}"
    statement = (
        f"update {table(entity)} set {quoted(field)} = %s where id = (select min(id::text)::uuid from {table(entity)})"
    )
    refused = None
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode(), (offer.value,))
            connection.execute("set constraints all immediate")
    except errors.UniqueViolation:
        refused = None
    except _REFUSALS as error:
        refused = error
    if offer.legal:
        findings.check(
            refused is None, "gate/schema-limit-too-tight", f"{name} refuses {offer.words}: {refused}", field.origin
        )
    else:
        findings.check(
            refused is not None,
            "gate/schema-limit",
            f"{name} accepts {offer.words}",
            field.origin,
            "Add the check constraint, the foreign key or the not null that the blueprint implies.",
        )


def _offers(field: Field) -> Iterator[_Offer]:
    if not field.optional:
        yield _Offer(None, False, "null, though the field is required")
    match field.type:
        case Text() as kind:
            yield from _texts(kind)
        case Integer(minimum, maximum):
            yield _Offer(minimum, True, f"{minimum}, the smallest legal value")
            yield _Offer(maximum, True, f"{maximum}, the largest legal value")
            yield _Offer(Decimal(minimum) - 1, False, f"{minimum - 1}, less than the smallest legal value")
            yield _Offer(Decimal(maximum) + 1, False, f"{maximum + 1}, more than the largest legal value")
        case Exact() as kind:
            yield from _decimals(kind)
        case Enumeration(values):
            yield from (_Offer(word, True, f"'{word}', one of its words") for word in values)
            yield _Offer("no such word", False, "'no such word', none of its words")
        case Reference():
            yield _Offer(_NOBODY, False, "a reference to a row that does not exist")
        case _:
            pass


def _texts(kind: Text) -> Iterator[_Offer]:
    if kind.pattern is None:
        for length in (kind.min_length, kind.max_length):
            yield _Offer("x" * length, True, f"{length} characters, the limit")
    else:
        yield _Offer("\u0007", False, "a control character, against its pattern")
    if kind.min_length:
        yield _Offer(
            "x" * (kind.min_length - 1), False, f"{kind.min_length - 1} characters, fewer than {kind.min_length}"
        )
    yield _Offer("x" * (kind.max_length + 1), False, f"{kind.max_length + 1} characters, more than {kind.max_length}")


def _decimals(kind: Exact) -> Iterator[_Offer]:
    step = Decimal(1).scaleb(-kind.scale)
    if kind.minimum is not None:
        yield _Offer(kind.minimum, True, f"{kind.minimum}, the smallest legal value")
        yield _Offer(kind.minimum - step, False, f"{kind.minimum - step}, less than {kind.minimum}")
    if kind.maximum is not None:
        yield _Offer(kind.maximum, True, f"{kind.maximum}, the largest legal value")
        yield _Offer(kind.maximum + step, False, f"{kind.maximum + step}, more than {kind.maximum}")
    if kind.above is not None:
        yield _Offer(kind.above, False, f"{kind.above}, which must be exceeded")
        yield _Offer(kind.above + step, True, f"{kind.above + step}, just more than {kind.above}")
    if kind.below is not None:
        yield _Offer(kind.below, False, f"{kind.below}, which must not be reached")
        yield _Offer(kind.below - step, True, f"{kind.below - step}, just less than {kind.below}")
    over = Decimal(10) ** (kind.precision - kind.scale)
    yield _Offer(over, False, f"{over}, with more than {kind.precision - kind.scale} digits before the point")
