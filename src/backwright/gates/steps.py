"""What operations do, step by step over rows in memory: the meaning that a project's answers are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid4

from backwright.gates.consistency import bonds, keeps, key_of
from backwright.gates.layout import default_of
from backwright.gates.state import State
from backwright.plan.expressions import Environment, Expression, Row, Value, evaluate
from backwright.plan.expressions.tree import Access, Arithmetic, This, Widen
from backwright.plan.model import (
    Assignment,
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    ErrorCase,
    Exact,
    Integer,
    LetStep,
    Plan,
    Reference,
    RequireStep,
    Step,
    Then,
    Type,
    UpdateStep,
)

__all__ = ["CONFLICT", "Emission", "Refused", "Workspace", "fits"]

CONFLICT = 409
INVALID = 422


class Refused(Exception):
    """The operation must not happen; the status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def fits(kind: Type, value: Value) -> bool:
    """Whether a number lies in its range."""
    match kind:
        case Integer(minimum, maximum) if isinstance(value, int):
            return minimum <= value <= maximum
        case Exact() if isinstance(value, Decimal):
            return (
                (kind.minimum is None or value >= kind.minimum)
                and (kind.maximum is None or value <= kind.maximum)
                and (kind.above is None or value > kind.above)
                and (kind.below is None or value < kind.below)
            )
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Emission:
    """An event or a call and what it tells; rows as their ids."""

    name: str
    values: Mapping[str, Value]


@dataclass(slots=True)
class Workspace:
    """A copy of the rows that an operation may change, for one caller."""

    plan: Plan
    rows: dict[str, dict[UUID, Row]]
    me: UUID | None
    this: tuple[str, UUID] | None = None
    variables: dict[str, Value] = field(default_factory=dict)
    emitted: list[Emission] = field(default_factory=list)
    intended: list[Emission] = field(default_factory=list)

    @staticmethod
    def over(state: State, me: UUID | None, variables: Mapping[str, Value]) -> Workspace:
        """A copy of a state."""
        return Workspace(
            state.plan, {name: dict(rows) for name, rows in state.rows.items()}, me, variables=dict(variables)
        )

    def state(self) -> State:
        """The rows as they are now."""
        return State(self.plan, self.rows)

    def perform(self, steps: Sequence[Step]) -> None:
        """Does the steps in order, or refuses."""
        for step in steps:
            if isinstance(step, EachStep):
                items = self._evaluate(step.each.source)
                assert isinstance(items, Sequence)
                for inner in step.steps:
                    self._all(inner, step.each.variable, items)
            else:
                self._all(step, None, (None,))

    def intend(self, then: Then) -> None:
        """Leaves the call that follows from the commit."""
        told = {each.field: _held(self._evaluate(each.expression)) for each in then.assignments}
        self.intended.append(Emission(f"{then.port}.{then.call}", told))

    def _all(self, step: Step, variable: str | None, items: Sequence[Value]) -> None:
        match step:
            case CreateStep():
                for item in items:
                    self._create(step, self._with(variable, item))
            case UpdateStep():
                self._update(step, [self._with(variable, item) for item in items])
            case DeleteStep():
                self._delete(step, [self._with(variable, item) for item in items])
            case RequireStep(expression, otherwise):
                if not all(self._evaluate(expression, self._with(variable, item)) for item in items):
                    raise Refused(otherwise.status)
            case LetStep(name, expression):
                self.variables[name] = _held(self._evaluate(expression))
            case EmitStep(event, assignments):
                for variables in (self._with(variable, item) for item in items):
                    told = {each.field: _held(self._evaluate(each.expression, variables)) for each in assignments}
                    self.emitted.append(Emission(event, told))
            case EachStep():
                raise Refused(CONFLICT)
            case _:
                assert_never(step)

    def _with(self, variable: str | None, item: Value) -> dict[str, Value]:
        return {} if variable is None else {variable: _held(item)}

    def _evaluate(
        self, expression: Expression, variables: Mapping[str, Value] | None = None, this: Row | None = None
    ) -> Value:
        state = self.state()
        row = this if this is not None else state.row(*self.this) if self.this else None
        me = state.row(self.plan.identity.entity, self.me) if self.plan.identity else None
        return evaluate(expression, Environment(state, row, me, {**self.variables, **(variables or {})}))

    def holds(self, expression: Expression) -> bool:
        """Whether a condition is true now."""
        return bool(self._evaluate(expression))

    def set(self, entity: Entity, key: UUID, values: Mapping[str, Value]) -> None:
        """Writes fields of a row."""
        row = self.rows[entity.name][key]
        self.rows[entity.name][key] = Row(entity.name, {**row.values, **values})

    def settle(self, entity: Entity, key: UUID) -> None:
        """Refuses a row that breaks a range or a condition, or has what another row has alone."""
        values = self.rows[entity.name][key].values
        if not all(fits(each.type, values[each.name]) for each in entity.fields):
            raise Refused(INVALID)
        for bond in bonds(entity):
            if bond.check and not keeps(bond, values):
                raise Refused(INVALID)
            own = None if bond.check else key_of(bond, values)
            others = (row.values for other, row in self.rows[entity.name].items() if other != key)
            if own is not None and any(key_of(bond, other) == own for other in others):
                raise Refused(CONFLICT)

    def _create(self, step: CreateStep, variables: Mapping[str, Value]) -> None:
        entity = self.plan.entity(step.entity)
        key = uuid4()
        now = self.variables["now"]
        values: dict[str, Value] = {"id": key, "createdAt": now, "updatedAt": now}
        values.update({each.name: default_of(each) for each in entity.fields})
        if entity.lifecycle:
            values[entity.lifecycle.field] = entity.lifecycle.states[0]
        for assignment in step.assignments:
            values[assignment.field] = _held(self._evaluate(assignment.expression, variables))
        self.rows[entity.name][key] = Row(entity.name, values)
        self.settle(entity, key)
        if step.name:
            self.variables[step.name] = key

    def _update(self, step: UpdateStep, places: Sequence[Mapping[str, Value]]) -> None:
        """Rows met several times get the sum of what is added to or taken from them."""
        entity = self.plan.entity(step.entity)
        totals: dict[UUID, dict[str, Value]] = {}
        for variables in places:
            row = self._evaluate(step.target, variables)
            if not isinstance(row, Row):
                raise _refusal(step.otherwise)
            key = row.values["id"]
            assert isinstance(key, UUID)
            changed = totals.setdefault(key, {})
            for assignment in step.assignments:
                base = Row(entity.name, {**row.values, **changed}) if _adds(assignment) else row
                changed[assignment.field] = _held(self._evaluate(assignment.expression, variables, base))
        for key, values in totals.items():
            if not all(fits(entity.field(name).type, value) for name, value in values.items()):
                raise _refusal(step.otherwise)
            self.set(entity, key, values)
            self.settle(entity, key)

    def _delete(self, step: DeleteStep, places: Sequence[Mapping[str, Value]]) -> None:
        """All at once: a row met several times goes once, also where it goes with another one."""
        entity = self.plan.entity(step.entity)
        keys: list[UUID] = []
        for variables in places:
            row = self._evaluate(step.target, variables)
            if not isinstance(row, Row):
                raise _refusal(step.otherwise)
            key = row.values["id"]
            assert isinstance(key, UUID)
            keys.append(key)
        for key in keys:
            if key in self.rows[entity.name]:
                self.remove(entity, key)

    def remove(self, entity: Entity, key: UUID) -> None:
        """Deletes a row with everything that goes with it; refuses where something still refers to it."""
        del self.rows[entity.name][key]
        for holder in self.plan.entities:
            for each in holder.fields:
                if isinstance(each.type, Reference) and each.type.entity == entity.name:
                    for row in [row for row in self.rows[holder.name].values() if row.values[each.name] == key]:
                        self._released(holder, each.name, row, each.type.on_delete)

    def _released(self, holder: Entity, name: str, row: Row, action: str) -> None:
        key = row.values["id"]
        assert isinstance(key, UUID)
        if action == "restrict":
            raise Refused(CONFLICT)
        if action == "clear":
            self.set(holder, key, {name: None})
            self.settle(holder, key)
        elif key in self.rows[holder.name]:
            self.remove(holder, key)


def _refusal(otherwise: ErrorCase | None) -> Refused:
    return Refused(otherwise.status if otherwise else CONFLICT)


def _held(value: Value) -> Value:
    """A row is held as its id."""
    return value.values["id"] if isinstance(value, Row) else value


def _adds(assignment: Assignment) -> bool:
    value = assignment.expression
    while isinstance(value, Widen):
        value = value.of
    if not isinstance(value, Arithmetic) or value.operator not in ("+", "-"):
        return False
    base: Expression = value.left
    while isinstance(base, Widen):
        base = base.of
    return isinstance(base, Access) and isinstance(base.of, This) and base.name == assignment.field
