"""Row-level security by itself: the application's own role, plain SQL, no handler in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import psycopg
from psycopg import errors
from psycopg.types.json import Jsonb

from backwright.diagnostics import Diagnostic, Origin
from backwright.gates.bodies import Bodies
from backwright.gates.layout import move_name, patched, quoted, table, to_json, work_name
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.state import id_of
from backwright.gates.variants import spread
from backwright.plan.expressions import Row, Value
from backwright.plan.indexes import all_steps
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Field,
    Integer,
    Json,
    Plan,
    Rule,
    Step,
    Transition,
    Type,
    UpdateStep,
)

__all__ = ["RowSecurity"]

_ROWS = 16
_FEW = 2
_PERMITTED = "permitted, but impossible for another reason"


@dataclass(slots=True)
class RowSecurity:
    """Asks the database what it lets each caller see and do."""

    plan: Plan
    oracle: Oracle
    url: str
    bodies: Bodies
    count: int = 0
    failures: list[Diagnostic] = field(default_factory=list)

    def run(self, principals: tuple[Principal, ...]) -> None:
        """Everything, for every caller whose token holds; nothing is committed."""
        with closing(psycopg.connect(self.url)) as connection:
            for who in principals:
                for entity in self.plan.entities if who.valid else ():
                    self._select(connection, who, entity)
                    self._insert(connection, who, entity)
                    for row in spread(self.oracle.state.all(entity), _ROWS):
                        self._row(connection, who, entity, row)
                self._named_columns(connection, who)
            connection.rollback()

    def _select(self, connection: psycopg.Connection, who: Principal, entity: Entity) -> None:
        state = self.oracle.state
        wanted = {key for key, row in state.rows[entity.name].items() if self.oracle.readable(who, entity, row)}
        for work in (work_name(entity, "list"), ""):
            self._speak(connection, who, work)
            found = {row[0] for row in connection.execute(f"select id from {table(entity)}")}
            connection.rollback()
            self.count += 1
            if found != wanted:
                said = f"{len(found - wanted)} rows too many, {len(wanted - found)} missing"
                rule = entity.rule("read")
                self._fail(f"the database shows {who.name} of {entity.name}: {said}", rule.origin if rule else Origin())

    def _insert(self, connection: psycopg.Connection, who: Principal, entity: Entity) -> None:
        """A new row as the create rule sees it; where there is no such rule, none at all."""
        rule = entity.rule("create")
        if rule is None:
            found = [{each.name: self.bodies.values.of(each.type) for each in entity.fields if not each.optional}]
        else:
            found = [values for values, _ in self.bodies.rows.creates(who, entity)][:_ROWS]
        for values in found:
            status = self.oracle.create(who, entity, values, {}).status if rule else None
            if status not in (None, 201, 401, 403):
                continue
            row = {**values, **self.oracle.given(who, entity)}
            done = self._do(connection, (who, work_name(entity, "create")), *_insertion(entity, row))
            self._compare(f"a new {entity.name}", who, (status == 201, done), (rule or entity).origin)
        identity = self.plan.identity
        if identity and entity.name == identity.entity and len(identity.roles) > 1:
            row = {each.name: self.bodies.values.of(each.type) for each in entity.fields if not each.optional}
            row["role"] = identity.roles[-1]
            done = self._do(connection, (who, "identity"), *_insertion(entity, row))
            self._compare(f"registration as {identity.roles[-1]}", who, (False, done), identity.origin)

    def _named_columns(self, connection: psycopg.Connection, who: Principal) -> None:
        """An operation writes the columns that its steps name, and no others."""
        for work, rule, steps in _routines(self.plan):
            if self.oracle.gate(rule, who) is not None:
                continue
            for name in dict.fromkeys(step.entity for step in all_steps(steps) if isinstance(step, UpdateStep)):
                entity = self.plan.entity(name)
                updates = [step for step in all_steps(steps) if isinstance(step, UpdateStep) and step.entity == name]
                named = {assignment.field for step in updates for assignment in step.assignments}
                other = next((each for each in patched(self.plan, entity) if each.name not in named), None)
                for row in self.oracle.state.all(entity)[:_FEW] if other else ():
                    assert other
                    text = f"update {table(entity)} set {quoted(other)} = %s where id = %s"
                    done = self._do(connection, (who, work), text, [self._other(other, row), id_of(row)])
                    self._compare(f"{work} writing {name}.{other.name}", who, (False, done), rule.origin)

    def _row(self, connection: psycopg.Connection, who: Principal, entity: Entity, row: Row) -> None:
        touch = f"update {table(entity)} set updated_at = updated_at where id = %s"
        remove = f"delete from {table(entity)} where id = %s"
        update, delete = entity.rule("update") if patched(self.plan, entity) else None, entity.rule("delete")
        seen = self.oracle.readable(who, entity, row)
        for action, rule, text in (("update", update, touch), ("delete", delete, remove)):
            may = rule is not None and seen and self.oracle.holds(rule, who, row)
            done = self._do(connection, (who, work_name(entity, action)), text, [id_of(row)])
            origin = rule.origin if rule else entity.origin
            self._compare(f"{action} of {entity.name} {id_of(row)}", who, (may, done), origin)
        for work in ("", work_name(entity, "read")):
            for text in (touch, remove):
                done = self._do(connection, (who, work), text, [id_of(row)])
                verb = text.split(maxsplit=1)[0]
                self._compare(f"{verb} of {entity.name} during '{work}'", who, (False, done), entity.origin)
        if entity.rule("update") and self._may_update(who, entity, row):
            self._columns(connection, who, entity, row)
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            self._move(connection, who, (entity, move), row)

    def _may_update(self, who: Principal, entity: Entity, row: Row) -> bool:
        rule = entity.rule("update")
        return rule is not None and self.oracle.readable(who, entity, row) and self.oracle.holds(rule, who, row)

    def _columns(self, connection: psycopg.Connection, who: Principal, entity: Entity, row: Row) -> None:
        """Columns that an update may not write."""
        open_to_all = {each.name for each in patched(self.plan, entity)}
        for each in entity.fields:
            if each.name not in open_to_all:
                text = f"update {table(entity)} set {quoted(each)} = %s where id = %s"
                value = self._other(each, row)
                done = self._do(connection, (who, work_name(entity, "update")), text, [value, id_of(row)])
                reason = f"update of {entity.name}.{each.name}, which no update writes,"
                self._compare(reason, who, (False, done), each.origin)

    def _other(self, each: Field, row: Row) -> object:
        """Another value of the field."""
        own = row.values[each.name]
        values = self.bodies.values
        others = (*_edges(each.type), *(values.fresh(each.type) for _ in range(_FEW)))
        value = next((other for other in others if other != own), own)
        return _stored(each, value) if isinstance(each.type, Json) else to_json(each.type, value)

    def _move(self, connection: psycopg.Connection, who: Principal, what: tuple[Entity, Transition], row: Row) -> None:
        entity, move = what
        assert entity.lifecycle
        if row.values[entity.lifecycle.field] == move.target:
            return
        may = (
            self.oracle.gate(move.rule, who) is None
            and self.oracle.readable(who, entity, row)
            and self.oracle.holds(move.rule, who, row)
            and row.values[entity.lifecycle.field] in move.sources
        )
        state = quoted(entity.field(entity.lifecycle.field))
        text = f"update {table(entity)} set {state} = %s where id = %s"
        done = self._do(connection, (who, move_name(entity, move)), text, [move.target, id_of(row)])
        self._compare(f"{move.name} of {entity.name} {id_of(row)}", who, (may, done), move.origin)

    def _speak(self, connection: psycopg.Connection, who: Principal, work: str) -> None:
        settings = "select set_config('app.user_id', %s, true), set_config('app.role', %s, true), "
        user = str(who.id) if isinstance(who.id, UUID) else ""
        connection.execute(settings + "set_config('app.operation', %s, true)", [user, who.role or "", work])

    def _do(
        self, connection: psycopg.Connection, speaker: tuple[Principal, str], text: str, values: list[object]
    ) -> bool | str:
        """Whether the statement changed a row; it is rolled back."""
        self.count += 1
        try:
            self._speak(connection, *speaker)
            return connection.execute(text, values).rowcount > 0
        except errors.InsufficientPrivilege:
            return False
        except errors.IntegrityError:
            return _PERMITTED
        finally:
            connection.rollback()

    def _compare(self, what: str, who: Principal, verdict: tuple[bool, bool | str], origin: Origin) -> None:
        may, done = verdict
        if (done is True or done == _PERMITTED) != may:
            said = "lets" if done else "does not let"
            self._fail(f"{what}: the database by itself {said} {who.name} do it", origin)

    def _fail(self, message: str, origin: Origin) -> None:
        self.failures.append(Diagnostic("gate/policy-row-security", message, origin))


def _edges(kind: Type) -> tuple[Value, ...]:
    """Some values of types that have few, or that a generator gives always the same of."""
    match kind:
        case Enumeration(values):
            return values
        case Integer(minimum, maximum):
            return (minimum, maximum)
        case Bool():
            return (True, False)
        case Date():
            return (date(2001, 2, 3), date(2002, 3, 4))
        case _:
            return ()


def _insertion(entity: Entity, values: Mapping[str, Value]) -> tuple[str, list[object]]:
    fields = [each for each in entity.fields if each.name in values]
    columns, marks = ", ".join(map(quoted, fields)), ", ".join("%s" for _ in fields)
    return f"insert into {table(entity)} ({columns}) values ({marks})", [
        _stored(each, values[each.name]) for each in fields
    ]


def _stored(each: Field, value: Value) -> object:
    return Jsonb(value) if isinstance(each.type, Json) and value is not None else value


def _routines(plan: Plan) -> Iterator[tuple[str, Rule, tuple[Step, ...]]]:
    for operation in plan.operations:
        yield operation.name, operation.rule, operation.steps
    for entity in plan.entities:
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            yield move_name(entity, move), move.rule, move.steps
