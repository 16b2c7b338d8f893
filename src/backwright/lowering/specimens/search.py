"""Changing a world little by little until what is wanted is true in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backwright.lowering.specimens.values import alternatives
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Expression, Value, references
from backwright.plan.model import Field, Input, ListOf, Part, Record, Reference, Type

__all__ = ["Reading", "Roots", "Steps", "adjusted", "changes", "member_of"]

Change = Callable[[World], None]
Steps = tuple[str | int, ...]
"""The way to a value of the input: `('lines', 0, 'quantity')`."""
Roots = Mapping[str, Sequence[str | Steps]]
"""What the words at the beginning of a path stand for: names of rows, or values of the input."""
_MOST_WORLDS = 1500


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be changed: the values that expressions read, each with where its paths begin."""

    expressions: tuple[tuple[Expression, Roots], ...]
    inputs: tuple[Input, ...] = ()


def adjusted(start: World, reading: Reading, wanted: Callable[[World], bool], depth: int = 3) -> World | None:
    """The world with the fewest changes in which `wanted` is true; None where none was found."""
    level = [start]
    seen = 0
    for _ in range(depth + 1):
        found = next((world for world in level if wanted(world) and (world is not start or world.sound())), None)
        if found is not None:
            return found
        following: list[World] = []
        for world in level:
            for change in changes(world, reading):
                seen += 1
                if seen > _MOST_WORLDS:
                    return next((world for world in following if wanted(world)), None)
                other = world.copy()
                change(other)
                if other.sound():
                    following.append(other)
        level = following
    return None


def changes(world: World, reading: Reading) -> Iterator[Change]:
    """Every change of a value that is read; each makes the world different."""
    walk = _Walk(world, reading.inputs)
    for expression, roots in reading.expressions:
        for path in references(expression):
            places: Sequence[str | Steps] = roots.get(path.root, ())
            if path.root == "me":
                places = [world.me] if world.me else []
            for place in places:
                if not isinstance(place, str):
                    yield from walk.input(place, path.names)
                elif place in world.rows:  # An earlier change may have taken the row away.
                    yield from walk.row(place, path.names)


class _Walk:
    def __init__(self, world: World, inputs: tuple[Input, ...]) -> None:
        self._world = world
        self._inputs = inputs
        self._done: set[object] = set()

    def row(self, name: str, names: tuple[str, ...]) -> Iterator[Change]:
        """Along a path that begins at a row."""
        row = self._world.rows[name]
        if not names or names[0] in ("id", "createdAt", "updatedAt"):
            return
        member, rest = names[0], names[1:]
        part = next((each for each in row.entity.parts if each.name == member), None)
        computed = next((each for each in row.entity.computed if each.name == member), None)
        if part is not None:
            yield from self._parts(name, part, rest)
        elif computed is not None:
            for path in references(computed.expression):
                yield from self.row(name, path.names)
        else:
            field = row.entity.field(member)
            if not (row.role and member == "role"):
                yield from self._field(name, field)
            target = row.values[member]
            if isinstance(field.type, Reference) and isinstance(target, str):
                yield from self.row(target, rest)

    def _parts(self, name: str, part: Part, rest: tuple[str, ...]) -> Iterator[Change]:
        there = self._world.parts(name, part)
        if self._first(name, part.name):
            if len(there) < part.max_size:
                yield lambda world: _add_part(world, name, part)
            if len(there) > part.min_size:
                yield lambda world: _remove(world, there[-1])
        for each in there:
            yield from self.row(each, rest)

    def _field(self, name: str, field: Field) -> Iterator[Change]:
        if not self._first(name, field.name):
            return
        now = self._world.rows[name].values[field.name]
        for value in self._values(field.type, now, name):
            yield _setter(name, field.name, value)
        if isinstance(field.type, Reference) and now is None:
            yield lambda world: world.set(name, field.name, world.add_target(field))
        if field.optional and now is not None:
            yield _setter(name, field.name, None)

    def input(self, steps: Steps, names: tuple[str, ...]) -> Iterator[Change]:
        """Along a path that begins at a value of the input."""
        value, found = self._given(steps)
        if isinstance(value, Sequence) and not isinstance(value, str):
            for place in range(len(value)):
                yield from self.input((*steps, place), names)
        elif isinstance(value, Mapping) and names:
            yield from self.input((*steps, names[0]), names[1:])
        elif found is not None:
            kind, optional = found
            if self._first(*steps):
                for other in self._values(kind, value, ""):
                    yield _giver(steps, other)
                if optional and value is not None:
                    yield _giver(steps, None)
            if isinstance(kind, Reference) and isinstance(value, str):
                yield from self.row(value, names)

    def _given(self, steps: Steps) -> tuple[Value, tuple[Type, bool] | None]:
        value: Value = self._world.inputs
        members: tuple[Input, ...] = self._inputs
        found: tuple[Type, bool] | None = None
        for step in steps:
            value = member_of(value, step)
            if isinstance(step, str):
                each = next((each for each in members if each.name == step), None)
                found = (each.type, each.optional) if each else None
            elif found and isinstance(found[0], ListOf):
                found = (found[0].item, False)
            if found and isinstance(found[0], Record):
                members = found[0].inputs
            if found and isinstance(found[0], ListOf) and isinstance(found[0].item, Record):
                members = found[0].item.inputs
        return value, found

    def _values(self, kind: Type, now: Value, own: str) -> Iterator[Value]:
        """For references the caller first, then other rows of the same kind."""
        if isinstance(kind, Reference):
            rows = self._world.rows.values()
            same = [row for row in rows if row.entity.name == kind.entity and row.name not in (own, now)]
            yield from (row.name for row in sorted(same, key=lambda row: row.role is None))
        else:
            yield from (value for value in alternatives(kind) if value != now)

    def _first(self, *place: object) -> bool:
        if place in self._done:
            return False
        self._done.add(place)
        return True


def member_of(value: Value, step: str | int) -> Value:
    """One step into the input."""
    if isinstance(step, int):
        assert isinstance(value, Sequence)
        return value[step]
    return value.get(step) if isinstance(value, Mapping) else None


def _add_part(world: World, whole: str, part: Part) -> None:
    world.add_part(whole, part)


def _remove(world: World, name: str) -> None:
    del world.rows[name]


def _setter(name: str, member: str, value: Value) -> Change:
    return lambda world: world.set(name, member, value)


def _giver(steps: Steps, value: Value) -> Change:
    return lambda world: world.give(steps, value)
