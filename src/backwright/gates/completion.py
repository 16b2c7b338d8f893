"""Rows whose values hold together: the values of some fields are given, the others are searched for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from backwright.gates.alternatives import alternatives, balances, legal
from backwright.gates.consistency import Bond, Taken, bonds, keeps
from backwright.gates.values import Values
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Reference, Text

__all__ = ["Completion"]

_TRIES = 3000
_DRAWN = 400
_NONE: Value = "\0none"


@dataclass(slots=True)
class Completion:
    """Searches for rows of one entity beside the rows that are there; `obstacles` are what has stood in the way."""

    entity: Entity
    taken: Taken
    values: Values
    obstacles: dict[str, None] = field(default_factory=dict)

    def find(self, given: Mapping[str, Value], choices: Mapping[str, Iterable[Value]]) -> dict[str, Value] | None:
        """All values: those given, of the other fields the first choices that fit; None where none were found."""
        found = dict(given)
        bound = bonds(self.entity)
        names = [each.name for each in self.entity.fields if each.name not in given]
        drawn = {name: _Drawn(islice(choices[name], _DRAWN)) for name in names}
        for group in _groups(bound):
            search = _Search(self, group, {name: drawn[name] for name in drawn if name in _names(group)}, found)
            if not search.solve():
                self.obstacles.update(dict.fromkeys(f"{self.entity.name}: {words}" for words in search.blocking()))
                return None
        for name in names:
            if name not in found:
                choice = next(iter(drawn[name]), _NONE)
                if choice is _NONE:
                    self.obstacles[f"{self.entity.name}: no row for {name}"] = None
                    return None
                found[name] = choice
        return found

    def others(self, each: Field, preferred: Value) -> Iterator[Value]:
        """The preferred value of a field, then what else it could be; references have nothing else."""
        yield preferred
        if not isinstance(each.type, Reference):
            conditions = [bond for bond in bonds(self.entity) if each.name in bond.fields]
            yield from (value for value in alternatives(each, self.values, conditions) if value != preferred)


class _Drawn:
    """Choices that are made as they are asked for, and kept."""

    def __init__(self, source: Iterator[Value]) -> None:
        self._source = source
        self._seen: list[Value] = []

    def __iter__(self) -> Iterator[Value]:
        at = 0
        while True:
            if at == len(self._seen):
                try:
                    self._seen.append(next(self._source))
                except StopIteration:
                    return
            yield self._seen[at]
            at += 1


class _Search:
    """Depth first over the fields of bonds that share fields."""

    def __init__(
        self, completion: Completion, group: Sequence[Bond], drawn: Mapping[str, _Drawn], found: dict[str, Value]
    ) -> None:
        self._completion = completion
        self._group = group
        self._drawn = drawn
        self._found = found
        self._order = sorted(drawn, key=lambda name: not _patterned(completion.entity.field(name)))
        self._tries = _TRIES
        self._refusals: dict[str, int] = {}

    def blocking(self) -> list[str]:
        """The words of the bonds that refused most."""
        most = max(self._refusals.values(), default=0)
        return [words for words, count in self._refusals.items() if count * 2 >= most]

    def solve(self) -> bool:
        return all(self._holds(bond) for bond in self._ready(None)) and self._assign(0)

    def _assign(self, at: int) -> bool:
        if at == len(self._order):
            return True
        name = self._order[at]
        self._found[name] = None
        ready = self._ready(name)
        for value in self._candidates(name, ready):
            if self._tries == 0:
                break
            self._tries -= 1
            self._found[name] = value
            if all(self._holds(bond) for bond in ready) and self._assign(at + 1):
                return True
        del self._found[name]
        return False

    def _ready(self, name: str | None) -> list[Bond]:
        """The bonds whose fields have values now; of a field, those that had to wait for it."""
        return [
            bond
            for bond in self._group
            if (name is None or name in bond.fields) and all(each in self._found for each in bond.fields)
        ]

    def _holds(self, bond: Bond) -> bool:
        held = keeps(bond, self._found) if bond.check else self._completion.taken.free(bond, self._found)
        if not held:
            self._refusals[bond.words] = self._refusals.get(bond.words, 0) + 1
        return held

    def _candidates(self, name: str, ready: Sequence[Bond]) -> Iterator[Value]:
        """The first choice, what balances a condition, the values of like fields, the other choices."""
        own = self._completion.entity.field(name)
        conditions = [bond.check.expression for bond in ready if bond.check]
        for at, choice in enumerate(self._drawn[name]):
            yield choice
            if at == 0 and conditions:
                start = choice if choice is not None else self._completion.values.of(own.type)
                for condition in conditions:
                    yield from balances(own, self._found, condition, start)
                yield from self._alike(own)

    def _alike(self, own: Field) -> Iterator[Value]:
        """The values of like fields: of the same kind of value, or of references to the same entity."""
        for other in self._completion.entity.fields:
            value = self._found.get(other.name)
            alike = own.type == other.type if isinstance(own.type, Reference) else type(own.type) is type(other.type)
            if other.name != own.name and alike and value is not None and legal(own.type, value):
                yield value


def _patterned(own: Field) -> bool:
    """Texts with a pattern come first, for others can follow them and they cannot."""
    return isinstance(own.type, Text) and own.type.pattern is not None


def _names(group: Sequence[Bond]) -> set[str]:
    return {name for bond in group for name in bond.fields}


def _groups(bound: Sequence[Bond]) -> list[list[Bond]]:
    """Bonds that share fields, directly or through others."""
    groups: list[list[Bond]] = []
    for bond in bound:
        joined = [bond]
        apart = []
        for group in groups:
            if _names(group) & set(bond.fields):
                joined = [*group, *joined]
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups
