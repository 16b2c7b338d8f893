"""What the answer to a request must be: decided from the plan's rules over the rows of the database alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from backwright.gates.layout import default_of
from backwright.gates.state import State
from backwright.gates.steps import CONFLICT, Emission, Refused, Workspace
from backwright.plan.expressions import Environment, Row, Value, evaluate
from backwright.plan.model import Entity, Input, ListOf, Operation, Plan, Record, Reference, Rule, Transition, Type

__all__ = ["Oracle", "Principal", "Verdict"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `valid` is false where the token must not be accepted; no `role` is anonymous."""

    name: str
    role: str | None = None
    id: UUID | None = None
    token: str | None = None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status; for a success the rows as they must be afterwards, the events, and the calls that follow.

    No status means that nothing was promised.
    """

    status: int | None
    after: State | None = None
    emitted: tuple[Emission, ...] = ()
    intended: tuple[Emission, ...] = ()


def _refused(status: int) -> Verdict:
    return Verdict(status)


@dataclass(slots=True)
class Oracle:
    """Decides over one state of the database."""

    plan: Plan
    state: State
    now: datetime
    _readable: dict[tuple[UUID | None, str, UUID], bool] = field(default_factory=dict)

    def gate(self, rule: Rule, who: Principal) -> int | None:
        """The status of a caller who can never do this: 401 or 403."""
        if not who.valid or (who.role is None and not rule.anonymous):
            return 401
        return 403 if who.role is not None and who.role not in rule.roles else None

    def holds(self, rule: Rule, who: Principal, row: Row | None, rows: State | None = None) -> bool:
        """Whether the rule is true for a row."""
        state = rows or self.state
        me = state.row(self.plan.identity.entity, who.id) if self.plan.identity else None
        return bool(evaluate(rule.expression, Environment(state, row, me, {"now": self.now})))

    def readable(self, who: Principal, entity: Entity, row: Row) -> bool:
        """Whether the caller may see the row; a part is seen with its whole."""
        key = row.values["id"]
        assert isinstance(key, UUID)
        asked = (who.id, entity.name, key)
        if asked not in self._readable:
            self._readable[asked] = self.sees(who, entity, row, self.state)
        return self._readable[asked]

    def sees(self, who: Principal, entity: Entity, row: Row, rows: State) -> bool:
        """As `readable`, over other rows."""
        while entity.whole is not None:
            whole = self.plan.entity(entity.whole)
            back = next(part.back for part in whole.parts if part.entity == entity.name)
            found = rows.row(whole.name, row.values[back])
            if found is None:
                return False
            entity, row = whole, found
        rule = entity.rule("read")
        return rule is not None and self.holds(rule, who, row, rows)

    def listed(self, who: Principal, entity: Entity) -> tuple[Verdict, set[UUID]]:
        """The answer to a list, and which rows it shows."""
        rule = entity.rule("read")
        assert rule
        barred = self.gate(rule, who)
        if barred:
            return _refused(barred), set()
        ids = {key for key, row in self.state.rows[entity.name].items() if self.readable(who, entity, row)}
        return Verdict(200, self.state), ids

    def read(self, who: Principal, entity: Entity, key: UUID) -> Verdict:
        """The answer to reading one row."""
        rule = entity.rule("read")
        assert rule
        barred = self.gate(rule, who)
        if barred:
            return _refused(barred)
        row = self.state.row(entity.name, key)
        return Verdict(200, self.state) if row and self.readable(who, entity, row) else _refused(404)

    def me(self, who: Principal, entity: Entity) -> Verdict:
        """The answer to the caller's own row."""
        if who.role is None or not who.valid:
            return _refused(401)
        row = self.state.row(entity.name, who.id)
        return Verdict(200, self.state) if row and self.readable(who, entity, row) else _refused(404)

    def create(
        self, who: Principal, entity: Entity, values: Mapping[str, Value], parts: Mapping[str, list[dict[str, Value]]]
    ) -> Verdict:
        """The answer to a create with a valid body."""
        rule = entity.rule("create")
        assert rule
        barred = self.gate(rule, who)
        if barred:
            return _refused(barred)
        if not self._references(who, entity, values):
            return _refused(422)
        work = Workspace.over(self.state, who.id, {})
        key = self._new(work, entity, {**values, **self.given(who, entity)})
        made = [(entity, key)]
        for part in entity.parts:
            for each in parts.get(part.name, []):
                inner = self.plan.entity(part.entity)
                if not self._references(who, inner, each):
                    return _refused(422)
                made.append((inner, self._new(work, inner, {**each, part.back: key})))
        if not self.holds(rule, who, work.rows[entity.name][key], work.state()):
            return _refused(403)
        return self._settled(work, made, Verdict(201, work.state()))

    def given(self, who: Principal, entity: Entity) -> dict[str, Value]:
        """What a new row gets without being asked: its owner and its state."""
        given: dict[str, Value] = {entity.owner: who.id} if entity.owner else {}
        if entity.lifecycle:
            given[entity.lifecycle.field] = entity.lifecycle.states[0]
        return given

    def _new(self, work: Workspace, entity: Entity, values: Mapping[str, Value]) -> UUID:
        key = uuid4()
        defaults = {each.name: default_of(each) for each in entity.fields}
        times = {"createdAt": self.now, "updatedAt": self.now}
        work.rows[entity.name][key] = Row(entity.name, {"id": key, **times, **defaults, **values})
        return key

    def _references(self, who: Principal, entity: Entity, values: Mapping[str, Value]) -> bool:
        """Whether every reference in a body is to a row that the caller may see."""
        return all(self._visible(who, each.type, values[each.name]) for each in entity.fields if each.name in values)

    def _visible(self, who: Principal, kind: Type, value: Value) -> bool:
        match kind:
            case Reference(entity=name) if value is not None:
                row = self.state.row(name, value)
                return row is not None and self.readable(who, self.plan.entity(name), row)
            case ListOf(item=item) if isinstance(value, list):
                return all(self._visible(who, item, each) for each in value)
            case Record(inputs=inputs) if isinstance(value, dict):
                return all(self._visible(who, each.type, value.get(each.name)) for each in inputs)
            case _:
                return True

    def _settled(self, work: Workspace, written: Sequence[tuple[Entity, UUID]], verdict: Verdict) -> Verdict:
        """The verdict, unless one of the written rows must not be: authority is asked first, then the table."""
        try:
            for entity, key in written:
                work.settle(entity, key)
        except Refused as refused:
            return _refused(refused.status)
        return verdict

    def _target(self, who: Principal, entity: Entity, rule: Rule, key: UUID) -> tuple[Row | None, int | None]:
        """The row, or the status of the refusal."""
        barred = self.gate(rule, who)
        if barred:
            return None, barred
        row = self.state.row(entity.name, key)
        return (row, None) if row is not None and self.readable(who, entity, row) else (None, 404)

    def update(self, who: Principal, entity: Entity, key: UUID, values: Mapping[str, Value]) -> Verdict:
        """The answer to a patch with a valid body."""
        rule = entity.rule("update")
        assert rule
        row, refusal = self._target(who, entity, rule, key)
        seen = self._references(who, entity, values)
        if row is None:
            return Verdict(refusal if seen or refusal in (401, 403) else None)
        if not self.holds(rule, who, row):
            return Verdict(403 if seen else None)
        if not seen:
            return _refused(422)
        work = Workspace.over(self.state, who.id, {})
        work.set(entity, key, values)
        changed = work.rows[entity.name][key]
        if not self.holds(rule, who, changed, work.state()):
            return _refused(403)
        status = 200 if self.sees(who, entity, changed, work.state()) else None
        return self._settled(work, [(entity, key)], Verdict(status, work.state()))

    def delete(self, who: Principal, entity: Entity, key: UUID) -> Verdict:
        """The answer to a delete."""
        rule = entity.rule("delete")
        assert rule
        row, refusal = self._target(who, entity, rule, key)
        if row is None:
            return Verdict(refusal)
        if not self.holds(rule, who, row):
            return _refused(403)
        work = Workspace.over(self.state, who.id, {})
        try:
            work.remove(entity, key)
        except Refused as refused:
            return _refused(refused.status)
        return Verdict(204, work.state())

    def transition(self, who: Principal, entity: Entity, move: Transition, key: UUID) -> Verdict:
        """The answer to a transition."""
        assert entity.lifecycle
        row, refusal = self._target(who, entity, move.rule, key)
        if row is None:
            return Verdict(refusal)
        if not self.holds(move.rule, who, row):
            return _refused(403)
        if row.values[entity.lifecycle.field] not in move.sources:
            return _refused(CONFLICT)
        work = Workspace.over(self.state, who.id, {"now": self.now})
        work.this = (entity.name, key)
        work.set(entity, key, {entity.lifecycle.field: move.target})
        try:
            work.settle(entity, key)
            work.perform((*move.require, *move.steps))
        except Refused as refused:
            return _refused(refused.status)
        return Verdict(200, work.state(), tuple(work.emitted))

    def operation(self, who: Principal, operation: Operation, given: Mapping[str, Value]) -> Verdict:
        """The answer to a declared operation with a valid body."""
        barred = self.gate(operation.rule, who)
        if barred:
            return _refused(barred)
        in_path = [each for each in operation.inputs if f"{{{each.name}}}" in operation.path]
        allowed = self.holds(operation.rule, who, None)
        seen = self._inputs_seen(who, tuple(operation.inputs), given)
        if not allowed:
            return Verdict(403 if seen else None)
        if not seen:
            return _refused(422 if self._inputs_seen(who, tuple(in_path), given) else 404)
        work = Workspace.over(self.state, who.id, {"now": self.now, "input": dict(given)})
        try:
            work.perform(operation.steps)
            if operation.then:
                work.intend(operation.then)
        except Refused as refused:
            return _refused(refused.status)
        return Verdict(operation.status, work.state(), tuple(work.emitted), tuple(work.intended))

    def _inputs_seen(self, who: Principal, inputs: tuple[Input, ...], given: Mapping[str, Value]) -> bool:
        return all(self._visible(who, each.type, given.get(each.name)) for each in inputs)
