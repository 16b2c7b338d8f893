"""Calls of transitions and operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.inputs import FreshInput, as_field, fresh_inputs
from backwright.lowering.specimens.routines import RoutineCase, named_rows
from backwright.lowering.specimens.world import World
from backwright.lowering.suites.arranging import arranged, constant, inserted
from backwright.lowering.suites.drawn import sample
from backwright.lowering.suites.expressions import (
    BODY,
    CALLER,
    Constant,
    Expression,
    Listed,
    Member,
    Members,
    Object,
    Path,
    Request,
)
from backwright.lowering.suites.statements import Bind, Statement
from backwright.lowering.wire.routes import BASE, body_inputs, path_inputs
from backwright.plan.expressions import Value
from backwright.plan.model import Input, ListOf, Plan, Record, Reference
from backwright.plan.naming import collection_path, transition_path

__all__ = ["Call", "path_of", "wire_member"]


@dataclass(frozen=True, slots=True)
class Call:
    """A case with how it is sent."""

    plan: Plan
    routine: Routine
    case: RoutineCase

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.routine.operation.method if self.routine.operation else "POST"

    @property
    def path(self) -> Path:
        """The path with the ids of rows in it."""
        world, case = self.case.world, self.case
        if case.this and self.routine.transition:
            return path_of(self.routine, {"id": inserted(world, case.this)})
        return path_of(self.routine, {each.name: self._in_path(each) for each in self._path_inputs()})

    @property
    def row(self) -> Path:
        """The path of the row that a transition moves."""
        assert self.routine.subject
        assert self.case.this
        return (f"{BASE}{collection_path(self.routine.subject)}/", inserted(self.case.world, self.case.this))

    def _in_path(self, each: Input) -> Expression:
        value = self.case.world.inputs.get(each.name)
        if isinstance(each.type, Reference) and isinstance(value, str):
            return inserted(self.case.world, value)
        return Constant(str(value))

    def arrange(self, *, body: bool = True) -> list[Statement]:
        """The rows, and the body where there is one; without the body only the rows in the path."""
        world = self.case.world
        if not body:
            return arranged(world, named_rows(world, self._path_inputs()), only=True)
        wanted = {self.case.this} if self.case.this else set(named_rows(world, self._inputs()))
        result = self.case.result
        changed = result.after.rows if result.kind == "done" else {}
        wanted |= {n for n, row in world.rows.items() if n in changed and changed[n].values != row.values}
        wanted |= {subject for _, subject in result.emitted if subject in world.rows}
        statements = arranged(world, [name for name in wanted if name])
        if self.has_body():
            statements.append(Bind(BODY, Object(self.members(world))))
        return statements

    def _path_inputs(self) -> tuple[Input, ...]:
        return path_inputs(self.routine.operation) if self.routine.operation else ()

    def _inputs(self) -> tuple[Input, ...]:
        return self.routine.operation.inputs if self.routine.operation else ()

    def has_body(self) -> bool:
        """Whether anything is sent in the body."""
        return self.routine.operation is not None and bool(body_inputs(self.routine.operation))

    def members(self, world: World) -> Members:
        """The body's members."""
        assert self.routine.operation
        writer = _Writer(world, fresh_inputs(self.plan, self.routine))
        return tuple(
            (wire_member(each), writer.value(each, world.inputs.get(each.name), (each.name,), 0))
            for each in body_inputs(self.routine.operation)
            if world.inputs.get(each.name) is not None
        )

    def drawn(self, entity: str, field: str, value: Value) -> tuple[Expression, ...] | None:
        """What the body says for a field where every call says something else; nothing where that has no name.

        None where the field is not of that kind.
        """
        for path, each in fresh_inputs(self.plan, self.routine).items():
            if (each.entity.name, each.field.name) == (entity, field) and self.has_body():
                if len(path) > 1:
                    return ()
                if value == self.case.world.inputs.get(path[0]) == each.value.value(0):
                    return (Member(BODY, path[0]),)
        return None

    def request(self, *, body: Expression = BODY, key: Literal["fresh", "shared"] | None = "fresh") -> Request:
        """What is sent."""
        idempotent = self.routine.operation is not None and self.routine.operation.idempotent
        return Request(
            self.method,
            self.path,
            CALLER if self.case.role else None,
            body if self.has_body() else None,
            key=key if idempotent else None,
            means="any" if self.routine.subject and self.routine.subject.versioned else None,
        )


def path_of(routine: Routine, given: Mapping[str, Expression]) -> Path:
    """The path of a routine with expressions in place of its parameters."""
    if routine.transition and routine.subject:
        template = BASE + transition_path(routine.subject, routine.transition)
    else:
        assert routine.operation
        template = BASE + routine.operation.path
    parts: Path = (template,)
    for name, expression in given.items():
        parts = tuple(piece for part in parts for piece in _split(part, f"{{{name}}}", expression))
    return parts


def _split(part: str | Expression, parameter: str, expression: Expression) -> Iterator[str | Expression]:
    before, found, after = part.partition(parameter) if isinstance(part, str) else ("", "", "")
    if not found:
        yield part
        return
    yield before
    yield expression
    if after:
        yield from _split(after, parameter, expression)


def wire_member(each: Input) -> str:
    """The member of an input in the body."""
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


@dataclass(frozen=True, slots=True)
class _Writer:
    world: World
    fresh: Mapping[tuple[str, ...], FreshInput]

    def value(self, each: Input, value: Value, path: tuple[str, ...], number: int) -> Expression:
        match each.type:
            case Reference():
                known = isinstance(value, str) and value in self.world.rows
                return inserted(self.world, str(value)) if known else Constant(None)
            case Record(inputs) if isinstance(value, Mapping):
                return Object(
                    tuple(
                        (wire_member(m), self.value(m, value.get(m.name), (*path, m.name), number))
                        for m in inputs
                        if value.get(m.name) is not None
                    )
                )
            case ListOf(item) if isinstance(value, Sequence) and not isinstance(value, str):
                one = Input(each.id, each.name, item, False, each.origin)
                inner = path if isinstance(item, Record) else (*path, "")
                return Listed(tuple(self.value(one, given, inner, at) for at, given in enumerate(value)))
            case _:
                drawn = self.fresh.get(path)
                if drawn and value == drawn.value.value(number):
                    return sample(drawn.entity, drawn.field, drawn.value)
                return constant(as_field(each), value)
