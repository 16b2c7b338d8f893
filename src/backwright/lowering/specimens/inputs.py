"""Inputs of operations: usual values, and other ones in every call where they end in fields that must differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.usual import is_scarce, unique_groups, usual_values
from backwright.lowering.specimens.values import Fresh, ordinary, unbounded
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Value
from backwright.plan.expressions.tree import Access, Expression, Variable, Widen, walk
from backwright.plan.indexes import all_steps
from backwright.plan.model import (
    CreateStep,
    EachStep,
    Entity,
    Exact,
    Field,
    Input,
    Integer,
    LetStep,
    ListOf,
    Plan,
    Record,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["FreshInput", "as_field", "fresh_inputs", "given_inputs"]

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreshInput:
    """An input that a step writes into `field` of `entity`, where no two rows may have the same."""

    entity: Entity
    field: Field
    value: Fresh


def as_field(each: Input) -> Field:
    """An input as a field of its type."""
    return Field(each.id, each.name, each.type, each.origin, each.optional)


def fresh_inputs(plan: Plan, routine: Routine) -> Mapping[Path, FreshInput]:
    """By name, in a list by the names of list and member."""
    if routine.operation is None:
        return {}
    types = dict(_places(routine.operation.inputs, ()))
    found: dict[Path, FreshInput] = {}
    weighed = set(_weighed(routine))
    for path, entity, name in _written(plan, routine.steps, {}):
        usual = usual_values(plan, entity).get(name)
        each = types.get(path)
        if not isinstance(usual, Fresh) or each is None:
            continue
        if path in weighed and isinstance(each.type, Integer | Exact) and _is_apart(entity, name):
            continue
        value = ordinary(as_field(each), fresh=True)
        if isinstance(value, Fresh):
            value = value if is_scarce(usual) or len(path) > 1 else unbounded(each.type, value)
            found[path] = FreshInput(entity, entity.field(name), value)
    return found


def _is_apart(entity: Entity, name: str) -> bool:
    """Whether rows that refer to other rows may have the same in the field."""
    groups = [group for group in unique_groups(entity) if name in group]
    return all(any(isinstance(entity.field(each).type, Reference) for each in group) for group in groups)


def _weighed(routine: Routine) -> Iterator[Path]:
    """Inputs that conditions and computed values read; a draw of any size would decide them anew in every call."""
    lists = [each.name for each in (routine.operation.inputs if routine.operation else ())]
    for step in all_steps(routine.steps):
        match step:
            case RequireStep(expression) | LetStep(_, expression):
                read = [expression]
            case UpdateStep(assignments=assignments) | CreateStep(assignments=assignments):
                read = [each.expression for each in assignments if _path(each.expression, {}) is None]
            case _:
                continue
        for node in (node for expression in read for node in walk(expression)):
            match node:
                case Access(of=Variable(name="input"), name=name):
                    yield (name,)
                case Access(of=Variable(), name=name):
                    yield from ((each, name) for each in lists)
                case _:
                    pass


def _places(inputs: tuple[Input, ...], before: Path) -> Iterator[tuple[Path, Input]]:
    for each in inputs:
        yield (*before, each.name), each
        if isinstance(each.type, ListOf):
            item = each.type.item
            inner = item.inputs if isinstance(item, Record) else (replace(each, name="", type=item, optional=False),)
            yield from _places(inner, (*before, each.name))


def _written(plan: Plan, steps: tuple[Step, ...], loops: Mapping[str, Path]) -> Iterator[tuple[Path, Entity, str]]:
    for step in steps:
        match step:
            case (
                CreateStep(entity=entity, assignments=assignments) | UpdateStep(entity=entity, assignments=assignments)
            ):
                for each in assignments:
                    path = _path(each.expression, loops)
                    if path:
                        yield path, plan.entity(entity), each.field
            case EachStep(each, inner):
                source = _path(each.source, loops)
                yield from _written(plan, inner, {**loops, each.variable: source} if source else loops)
            case _:
                pass


def _path(expression: Expression, loops: Mapping[str, Path]) -> Path | None:
    match expression:
        case Widen(of=of):
            return _path(of, loops)
        case Access(of=Variable(name="input"), name=name):
            return (name,)
        case Access(of=Variable(name=variable), name=name) if variable in loops:
            return (*loops[variable], name)
        case Variable(name=variable) if variable in loops:
            return (*loops[variable], "")
        case _:
            return None


def given_inputs(world: World, routine: Routine) -> dict[str, Value]:
    """A usual call's input; rows that it names are added to the world."""
    giving = _Giving(world, fresh_inputs(world.plan, routine))
    return {
        each.name: giving.given(each, (each.name,), 0)
        for each in (routine.operation.inputs if routine.operation else ())
    }


@dataclass(frozen=True, slots=True)
class _Giving:
    world: World
    fresh: Mapping[Path, FreshInput]

    def given(self, each: Input, path: Path, number: int) -> Value:
        if each.optional and isinstance(each.type, Reference):
            return None
        match each.type:
            case Reference(entity):
                return self.world.add(self.world.plan.entity(entity), each.name).name
            case Record(inputs):
                return {member.name: self.given(member, (*path, member.name), number) for member in inputs}
            case ListOf(item, smallest, _):
                inner = path if isinstance(item, Record) else (*path, "")
                one = Input(each.id, _singular(each.name), item, False, each.origin)
                return [self.given(one, inner, at) for at in range(max(smallest, 1))]
            case _:
                known = self.fresh.get(path)
                value = known.value if known else ordinary(as_field(each))
                return value.value(number) if isinstance(value, Fresh) else value


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and len(name) > 2 else name
