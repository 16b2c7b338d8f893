"""The rows themselves: how many, whose, in which state, created when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from backwright.lowering.operations import routines
from backwright.lowering.seeds_digest import digest, uuid_at
from backwright.lowering.seeds_mending import Mender
from backwright.lowering.seeds_rules import Copied, copied_fields, required_in, stamped_in
from backwright.lowering.seeds_samples import is_person, samples
from backwright.lowering.seeds_texts import Draw
from backwright.lowering.seeds_values import value
from backwright.lowering.specimens.usual import unique_groups, usual_row
from backwright.lowering.specimens.values import alternatives, another, ordinary
from backwright.plan.expressions import Environment, Expression, Row, Value, evaluate
from backwright.plan.indexes import all_steps, references_to
from backwright.plan.model import CreateStep, Entity, Enumeration, Field, Plan, Reference, Text, Timestamp

__all__ = ["Seeds"]

_START = datetime(2025, 3, 3, 8, tzinfo=UTC)
_FEW, _USUAL, _MANY = 10, 24, 40
_PER_WORD = 3
_TRIES, _CHANGED, _MISSES, _EMPTY = 60, 3, 3, 4
_CHOICES = 60

Values = dict[str, Value]


class Seeds:
    """Fills entity by entity; the rows that an entity refers to must be there already."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.rows: dict[str, list[Values]] = {}
        self._by_id: dict[object, Row] = {}
        self._taken: set[tuple[object, ...]] = set()
        self._menders: dict[tuple[object, ...], Mender] = {}

    @property
    def login(self) -> str:
        """The field that accounts sign in with."""
        return self._plan.identity.login if self._plan.identity else ""

    def demo_accounts(self) -> list[Values]:
        """The first account of each role, in the order of roles."""
        if self._plan.identity is None:
            return []
        accounts = self.rows[self._plan.identity.entity]
        return [next(row for row in accounts if row["role"] == role) for role in self._plan.identity.roles]

    def row(self, entity: str, id: Value) -> Row | None:
        """A row by its id."""
        found = self._by_id.get(id)
        return found if found and found.entity == entity else None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        """The parts of a row that are there already."""
        part = next(each for each in self._plan.entity(entity).parts if each.name == many_name)
        rows = self.rows.get(part.entity, [])
        return [Row(part.entity, row) for row in rows if row[part.back] == id]

    def fill(self, entity: Entity) -> None:
        """Adds the rows of one entity."""
        self.rows[entity.name] = []
        if entity.whole:
            self._fill_parts(entity)
            return
        created = self._begin(entity)
        missed = 0
        for index in range(self._count(entity)):
            created = _later(created, digest(entity.id, index))
            missed = 0 if self._add(entity, index, created, {}) else missed + 1
            if missed == _MISSES:
                break

    def complete(self, entity: Entity, field: Field) -> None:
        """Lets most rows refer to rows that were not there when they were made, as far as the checks and keys allow."""
        assert isinstance(field.type, Reference)
        checks = tuple(check.expression for check in entity.checks)
        for place, row in enumerate(self.rows[entity.name]):
            self._taken -= {key for _, key in self._keys(entity, row)}
            other = {**row, field.name: self._reference(entity, field, field.type, place, row)}
            right = all(evaluate(check, Environment(self, Row(entity.name, other))) for check in checks)
            if place % _EMPTY and right and not self._clashing(entity, other):
                row[field.name] = other[field.name]
            self._taken |= {key for _, key in self._keys(entity, row)}

    def _fill_parts(self, entity: Entity) -> None:
        assert entity.whole
        whole = self._plan.entity(entity.whole)
        part = next(each for each in whole.parts if each.entity == entity.name)
        index = 0
        for row in self.rows[whole.name]:
            initial = whole.lifecycle is None or row[whole.lifecycle.field] == whole.lifecycle.states[0]
            wanted = digest(entity.id, row["id"]) % 4 + (0 if initial and part.min_size == 0 else 1)
            created = row["createdAt"]
            assert isinstance(created, datetime)
            for _ in range(min(max(wanted, part.min_size), part.max_size)):
                self._add(entity, index, created, {part.back: row["id"]})
                index += 1

    def _count(self, entity: Entity) -> int:
        words = [len(field.type.values) for field in entity.fields if isinstance(field.type, Enumeration)]
        least = _PER_WORD * max(words, default=0)
        if entity.owner:
            return max(_MANY, least)
        return max(_FEW if _is_shelf(self._plan, entity) else _USUAL, least)

    def _begin(self, entity: Entity) -> datetime:
        """After everything that it refers to."""
        targets = {field.type.entity for field in entity.fields if isinstance(field.type, Reference)} - {entity.name}
        ends = [row["createdAt"] for target in targets for row in self.rows.get(target, [])]
        latest = max((each for each in ends if isinstance(each, datetime)), default=_START)
        return latest.replace(hour=9, minute=0, second=0, microsecond=0)

    def _add(self, entity: Entity, index: int, created: datetime, given: Values) -> bool:
        """Whether there is one more row."""
        row = next(self._candidates(entity, index, created, given), None)
        if row is None:
            return False
        self._taken |= {key for _, key in self._keys(entity, row)}
        self.rows[entity.name].append(row)
        self._by_id[row["id"]] = Row(entity.name, row)
        return True

    def _candidates(self, entity: Entity, index: int, created: datetime, given: Values) -> Iterator[Values]:
        """Rows that hold the checks and are like no other: as drawn, else changed, else usual ones."""
        for attempt in range(_TRIES):
            row = self._made(entity, index + attempt * 97, index, created, given)
            held = self._held(entity, row, given, alone=False)
            if held is not None and not self._clashing(entity, held):
                yield held
        drawn = [self._made(entity, index + attempt, index, created, given) for attempt in range(_CHANGED)]
        drawn += [row | _usual(self._plan, entity, index + attempt) | given for attempt, row in enumerate(drawn)]
        for row in drawn:
            held = self._held(entity, row, given, alone=True)
            if held is not None:
                yield held

    def _held(self, entity: Entity, row: Values, given: Values, *, alone: bool) -> Values | None:
        """The row with what its state and the checks ask; without what the state asks where both cannot be had."""
        checks = tuple(check.expression for check in entity.checks)
        asked = required_in(entity, str(row[entity.lifecycle.field])) if entity.lifecycle else ()
        created = row["createdAt"]
        assert isinstance(created, datetime)
        if any(row[field.name] is None and not field.optional for field in entity.fields):
            return None
        for conditions in dict.fromkeys((checks + asked, checks)):
            found = self._mender(entity, conditions, alone).mended(row, lambda: self._choices(entity, created, given))
            if found is not None:
                return found
        return None

    def _mender(self, entity: Entity, conditions: tuple[Expression, ...], alone: bool) -> Mender:
        key = (entity.name, conditions, alone)
        if key not in self._menders:
            clashing = partial(self._clashing, entity) if alone else None
            self._menders[key] = Mender(entity, conditions, self, clashing)
        return self._menders[key]

    def _made(self, entity: Entity, place: int, index: int, created: datetime, given: Values) -> Values:
        identity = self._plan.identity is not None and self._plan.identity.entity == entity.name
        row: Values = {"id": uuid_at(created, index, entity.id), "createdAt": created, "updatedAt": created, **given}
        if entity.lifecycle:
            row[entity.lifecycle.field] = _state(entity, index)
        if identity:
            row |= self._account(index)
        copied = {each.field: each for each in copied_fields(self._plan, entity)}
        for field in sorted(entity.fields, key=_before):
            if field.name in row:
                continue
            number = digest(entity.id, field.id, place)
            if field.name in copied and (source := self._copied(row, copied[field.name])) is not None:
                row[field.name] = source
            elif field.optional and number % 5 == 0 and index > 1:
                row[field.name] = None
            elif isinstance(field.type, Reference):
                row[field.name] = self._reference(entity, field, field.type, place, row)
            else:
                person = identity or is_person(entity.name)
                draw = Draw(entity, place, number, row, person, _is_shelf(self._plan, entity), samples(entity.name))
                row[field.name] = value(draw, field, created)
        _stamp(entity, row, created, index)
        return row

    def _choices(self, entity: Entity, created: datetime, given: Values) -> dict[str, tuple[Value, ...]]:
        days = [created + timedelta(days=each) for each in (-400, -30, 1, 3, 10, 40, 400)]
        choices: dict[str, tuple[Value, ...]] = {}
        fixed = {*given, *_fixed(self._plan, entity)}
        for field in entity.fields:
            if field.name in fixed:
                continue
            match field.type:
                case Reference(target) if self._plan.identity and target == self._plan.identity.entity:
                    first: list[Value] = [self._person(entity, field, 1)]
                    options = tuple(dict.fromkeys([*first, *self._ids(target)]))
                case Reference(target):
                    options = self._ids(target)
                case Timestamp():
                    options = tuple(days)
                case Text():
                    options = tuple(
                        each for each in (ordinary(field, fresh=False), another(field)) if isinstance(each, str)
                    )
                case _:
                    options = alternatives(field.type)
                    options = tuple(day.date() for day in days) if options and _is_day(options[0]) else options
            choices[field.name] = (*options, None) if field.optional else options
        return choices

    def _ids(self, entity: str) -> tuple[Value, ...]:
        return tuple(row["id"] for row in self.rows.get(entity, [])[:_CHOICES])

    def _account(self, index: int) -> Values:
        assert self._plan.identity
        roles = self._plan.identity.roles
        if index < len(roles):
            return {"role": roles[index], self.login: f"{roles[index]}@example.com"}
        return {"role": roles[0] if index % 5 else roles[index // 5 % len(roles)]}

    def _copied(self, row: Values, copied: Copied) -> Value:
        source = self._by_id.get(row.get(copied.reference))
        return source.values.get(copied.source) if source else None

    def _reference(self, entity: Entity, field: Field, kind: Reference, place: int, row: Values) -> Value:
        rows = self.rows.get(kind.entity, [])
        if kind.entity == entity.name:
            return rows[place % len(rows)]["id"] if rows and place % 3 == 0 else None
        if self._plan.identity and kind.entity == self._plan.identity.entity:
            return self._person(entity, field, place)
        if not rows:
            return None
        if entity.whole:
            back = next(each.back for each in self._plan.entity(entity.whole).parts if each.entity == entity.name)
            return rows[(digest(row[back]) + place) % len(rows)]["id"]
        step = place if field.unique else digest(entity.id, field.id, place)
        return rows[step % len(rows)]["id"]

    def _person(self, entity: Entity, field: Field, place: int) -> Value:
        """An account with the role that the field is named after, or with one that may make such rows."""
        assert self._plan.identity
        accounts = self.rows.get(self._plan.identity.entity, [])
        if not accounts:
            return None
        roles = [role for role in self._plan.identity.roles if role.lower() == field.name.lower()]
        if not roles and (field.name == entity.owner or not field.optional):
            roles = _makers(self._plan, entity)
        able = [row for row in accounts if row["role"] in roles] or accounts
        if field.unique:
            return able[place % len(able)]["id"]
        return able[0 if place % 4 == 0 else digest(entity.id, field.id, place) % len(able)]["id"]

    def _keys(self, entity: Entity, row: Values) -> Iterator[tuple[tuple[str, ...], tuple[object, ...]]]:
        for names in unique_groups(entity):
            values = [row[name] for name in names]
            if None not in values:
                yield names, (entity.name, names, *map(str, values))

    def _clashing(self, entity: Entity, row: Values) -> tuple[str, ...]:
        """The fields of the first combination that another row has."""
        return next((names for names, key in self._keys(entity, row) if key in self._taken), ())


def _stamp(entity: Entity, row: Values, created: datetime, index: int) -> None:
    """Times that the state brings."""
    moved = entity.lifecycle is not None and row[entity.lifecycle.field] != entity.lifecycle.states[0]
    if moved:
        row["updatedAt"] = created + timedelta(hours=1 + digest(entity.id, "moved", index) % 60)
    for name, states in stamped_in(entity).items():
        assert entity.lifecycle
        if row[entity.lifecycle.field] in states:
            row[name] = row["updatedAt"]
        elif entity.field(name).optional:
            row[name] = None


def _usual(plan: Plan, entity: Entity, number: int) -> Values:
    """Values that fit the checks, without those that make a row what it is."""
    fixed = _fixed(plan, entity)
    return {name: value for name, value in usual_row(plan, entity, number).items() if name not in fixed}


def _fixed(plan: Plan, entity: Entity) -> set[str]:
    """What no search changes: the state, and what accounts are known by."""
    fixed = {entity.lifecycle.field} if entity.lifecycle else set()
    if plan.identity and plan.identity.entity == entity.name:
        fixed |= {"role", plan.identity.login}
    return fixed


def _later(instant: datetime, number: int) -> datetime:
    """Between five hours and two days later, in the daytime."""
    instant += timedelta(hours=5 + number % 44, minutes=number // 44 % 60)
    if instant.hour >= 7 and instant.hour < 22:
        return instant
    return (instant + timedelta(days=instant.hour // 22)).replace(hour=7, minute=number // 7 % 60)


def _before(field: Field) -> int:
    """References first, then names: other texts are made from them."""
    return 0 if isinstance(field.type, Reference) else 1 if field.name in ("name", "title") else 2


def _makers(plan: Plan, entity: Entity) -> list[str]:
    rule = entity.rule("create")
    if rule and rule.roles:
        return [rule.roles[0]]
    for routine in routines(plan):
        if any(isinstance(step, CreateStep) and step.entity == entity.name for step in all_steps(routine.steps)):
            return list(routine.rule.roles[:1])
    assert plan.identity
    return [plan.identity.roles[0]]


def _is_shelf(plan: Plan, entity: Entity) -> bool:
    """Whether rows only group others: nothing but names, and something refers to them."""
    texts = all(isinstance(field.type, Text) for field in entity.fields)
    return texts and entity.lifecycle is None and bool(references_to(plan, entity.name))


def _state(entity: Entity, index: int) -> str:
    """Every state often enough, none in a row."""
    assert entity.lifecycle
    states = entity.lifecycle.states
    return (
        states[index % len(states)] if index < len(states) else states[digest(entity.id, "state", index) % len(states)]
    )


def _is_day(value: Value) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
