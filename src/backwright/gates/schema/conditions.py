"""Rows that break a condition between fields are offered to the database, which has to refuse them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal

import psycopg
from psycopg import errors

from backwright.gates.findings import Findings
from backwright.gates.layout import quoted, table
from backwright.gates.schema.ranges import legal_values
from backwright.gates.state import State, Store
from backwright.gates.system import Database
from backwright.plan.expressions import Environment, Row, Value, evaluate, fields_read, walk
from backwright.plan.expressions.nodes import Constant
from backwright.plan.model import Check, Entity, Exact, Field, Integer, Plan

__all__ = ["check_conditions"]

_TRIES = 500


@dataclass(frozen=True, slots=True)
class _Condition:
    entity: Entity
    check: Check
    state: State

    def holds(self, row: Row) -> bool:
        return bool(evaluate(self.check.expression, Environment(self.state, this=row)))


def check_conditions(connection: psycopg.Connection, database: Database, plan: Plan, findings: Findings) -> None:
    """Seeded rows must hold every condition; one of them is changed until it breaks the condition."""
    if not any(entity.checks for entity in plan.entities):
        return
    with closing(Store(plan, database.admin)) as store:
        state = store.state()
    for entity in plan.entities:
        for check in entity.checks:
            condition = _Condition(entity, check, state)
            rows = state.all(entity)
            broken = sum(1 for row in rows if not condition.holds(row))
            findings.done(len(rows))
            if broken:
                message = f"{broken} seeded rows of {table(entity)} break its condition"
                findings.fail("gate/schema-condition", message, check.origin)
            elif rows:
                _offer(connection, condition, rows[0], findings)


def _offer(connection: psycopg.Connection, condition: _Condition, row: Row, findings: Findings) -> None:
    change = next(
        (each for each in _changes(condition.entity, condition.check, row) if not _kept(condition, row, each)), None
    )
    if change is None:
        return
    entity = condition.entity
    names = {quoted(entity.field(name)): value for name, value in change.items()}
    assignments = ", ".join(f"{name} = %s" for name in names)
    statement = f"update {table(entity)} set {assignments} where id = %s"
    refused = False
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode(), (*names.values(), row.values["id"]))
    except errors.CheckViolation:
        refused = True
    said = ", ".join(f"{name} = {value}" for name, value in names.items())
    findings.check(
        refused,
        "gate/schema-condition",
        f"{table(entity)} accepts {said}, which breaks the condition in the blueprint",
        condition.check.origin,
        "Add the check constraint that the condition implies.",
    )


def _kept(condition: _Condition, row: Row, change: Mapping[str, Value]) -> bool:
    return condition.holds(replace(row, values={**row.values, **change}))


def _changes(entity: Entity, check: Check, row: Row) -> Iterator[dict[str, Value]]:
    """Legal values of every field that the condition reads, in all combinations up to a limit."""
    names = [name for name in dict.fromkeys(name for _, name in fields_read(check.expression)) if _own(entity, name)]
    constants = [node.value for node in walk(check.expression) if isinstance(node, Constant)]
    values = [[row.values[name], *_candidates(entity.field(name), constants)] for name in names]
    for combination in itertools.islice(itertools.product(*values), _TRIES):
        yield dict(zip(names, combination, strict=True))


def _candidates(field: Field, constants: Sequence[Value]) -> list[Value]:
    """Legal values at the field's limits and on both sides of the condition's constants."""
    found = legal_values(field)
    for constant in constants:
        match field.type, constant:
            case (Integer(minimum, maximum), int() | Decimal()) if not isinstance(constant, bool):
                found += [near for near in _near(constant, Decimal(1)) if minimum <= near <= maximum]
            case (Exact(scale=scale) as kind, int() | Decimal()) if not isinstance(constant, bool):
                found += [near for near in _near(constant, Decimal(1).scaleb(-scale)) if _within(kind, near)]
            case _:
                pass
    return found


def _near(constant: int | Decimal, step: Decimal) -> tuple[Decimal, ...]:
    return (constant - step, Decimal(constant), constant + step)


def _within(kind: Exact, value: Decimal) -> bool:
    lower = (kind.minimum is None or value >= kind.minimum) and (kind.above is None or value > kind.above)
    upper = (kind.maximum is None or value <= kind.maximum) and (kind.below is None or value < kind.below)
    return lower and upper and abs(value) < Decimal(10) ** (kind.precision - kind.scale)


def _own(entity: Entity, name: str) -> bool:
    return any(field.name == name for field in entity.fields)
