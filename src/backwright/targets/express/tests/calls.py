"""Calls of transitions and operations as TypeScript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.inputs import FreshInput, as_field, fresh_inputs
from backwright.lowering.specimens.routines import RoutineCase
from backwright.lowering.specimens.world import World
from backwright.lowering.wire.routes import BASE, body_inputs, path_inputs
from backwright.plan.expressions import Value
from backwright.plan.model import Input, ListOf, Operation, Plan, Record, Reference
from backwright.plan.naming import transition_path
from backwright.targets.express.tests.code import CALLER, arranged, hugging, inserted, literal
from backwright.targets.express.tests.drawn import sample

__all__ = ["Call", "named", "wire_member"]


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
    def path(self) -> str:
        """The path as a literal."""
        world, case = self.case.world, self.case
        if self.routine.transition and self.routine.subject and case.this:
            path = transition_path(self.routine.subject, self.routine.transition)
            return f"`{BASE}{path.replace('{id}', f'${{{inserted(world, case.this)}}}')}`"
        operation = self.routine.operation
        assert operation
        path = f"{BASE}{operation.path}"
        for each in path_inputs(operation):
            value = world.inputs.get(each.name)
            target = inserted(world, value) if isinstance(each.type, Reference) and isinstance(value, str) else ""
            path = path.replace(f"{{{each.name}}}", f"${{{target}}}" if target else str(value))
        return f"`{path}`" if "${" in path else f"'{path}'"

    def arrange(self, *, body: bool = True) -> list[str]:
        """The rows, and the body where there is one; without the body only the rows in the path."""
        world = self.case.world
        if not body:
            return arranged(world, named(world, path_inputs(self._operation())), only=True)
        wanted = {self.case.this} if self.case.this else set(named(world, self._inputs()))
        changed = self.case.result.after.rows if self.case.result.kind == "done" else {}
        wanted |= {n for n, row in world.rows.items() if n in changed and changed[n].values != row.values}
        lines = arranged(world, [name for name in wanted if name])
        if self.has_body():
            lines += hugging("const body = ", self.members(world), ";")
        return lines

    def _operation(self) -> Operation:
        assert self.routine.operation
        return self.routine.operation

    def _inputs(self) -> tuple[Input, ...]:
        return self.routine.operation.inputs if self.routine.operation else ()

    def has_body(self) -> bool:
        """Whether anything is sent in the body."""
        return self.routine.operation is not None and bool(body_inputs(self.routine.operation))

    def members(self, world: World) -> list[str]:
        """The body's members."""
        assert self.routine.operation
        writer = _Writer(world, fresh_inputs(self.plan, self.routine))
        return [
            f"{wire_member(each)}: {writer.value(each, world.inputs.get(each.name), (each.name,), 0)}"
            for each in body_inputs(self.routine.operation)
            if world.inputs.get(each.name) is not None
        ]

    def drawn(self, entity: str, field: str, value: Value) -> str | None:
        """What the body says for a field where every call says something else; `''` where that has no name."""
        for path, each in fresh_inputs(self.plan, self.routine).items():
            if (each.entity.name, each.field.name) == (entity, field) and self.has_body():
                if len(path) > 1:
                    return ""
                if value == self.case.world.inputs.get(path[0]) == each.value.value(0):
                    return f"body.{path[0]}"
        return None

    def send(self, *, body: str = "body", key: str = "unique()", function: str = "send") -> str:
        """The call as an expression."""
        options = [f"as: {CALLER}"] if self.case.role else []
        options += [body] if self.has_body() else []
        if self.routine.operation and self.routine.operation.idempotent:
            options.append(f"headers: {{ 'idempotency-key': {key} }}" if key != "key" else "headers")
        given = f", {{ {', '.join(options)} }}" if options else ""
        return f"{function}('{self.method}', {self.path}{given})"


def wire_member(each: Input) -> str:
    """The member of an input in the body."""
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


@dataclass(frozen=True, slots=True)
class _Writer:
    world: World
    fresh: Mapping[tuple[str, ...], FreshInput]

    def value(self, each: Input, value: Value, path: tuple[str, ...], number: int) -> str:
        match each.type:
            case Reference():
                return inserted(self.world, value) if isinstance(value, str) and value in self.world.rows else "null"
            case Record(inputs) if isinstance(value, Mapping):
                members = [
                    f"{wire_member(m)}: {self.value(m, value.get(m.name), (*path, m.name), number)}"
                    for m in inputs
                    if value.get(m.name) is not None
                ]
                return f"{{ {', '.join(members)} }}"
            case ListOf(item) if isinstance(value, Sequence) and not isinstance(value, str):
                one = Input(each.id, each.name, item, False, each.origin)
                inner = path if isinstance(item, Record) else (*path, "")
                return f"[{', '.join(self.value(one, given, inner, at) for at, given in enumerate(value))}]"
            case _:
                known = self.fresh.get(path)
                if known and value == known.value.value(number):
                    return sample(known.entity, known.field, known.value)
                return literal(as_field(each), value)


def named(world: World, inputs: tuple[Input, ...]) -> Iterator[str]:
    """The rows that an input names."""

    def names(value: Value) -> Iterator[str]:
        if isinstance(value, str) and value in world.rows:
            yield value
        elif isinstance(value, Mapping):
            for inner in value.values():
                yield from names(inner)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for inner in value:
                yield from names(inner)

    for each in inputs:
        yield from names(world.inputs.get(each.name))
