"""Rows that make a fresh database look alive: the same ones every time, whole by reference, right by type and range."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from backwright.lowering.relational.names import column, qualified
from backwright.lowering.relational.tables import tables
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Exact,
    Field,
    Integer,
    Json,
    ListOf,
    Plan,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)

__all__ = ["SeedData", "SeedValue", "seed_data"]

SeedValue = str | int | bool | None
Row = dict[str, SeedValue]

_ROWS = 24
_START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_FIRST = (
    "Ada",
    "Ben",
    "Chiara",
    "Deniz",
    "Elif",
    "Femi",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
    "Mira",
    "Noor",
)
_LAST = (
    "Abbas",
    "Brandt",
    "Costa",
    "Diallo",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ito",
    "Jensen",
    "Kaya",
    "Lopez",
)
_ADJECTIVES = (
    "Amber",
    "Bright",
    "Calm",
    "Deep",
    "Early",
    "Fine",
    "Grand",
    "Honest",
    "Light",
    "Modern",
    "North",
    "Plain",
)
_NOUNS = (
    "Anchor",
    "Bridge",
    "Cedar",
    "Delta",
    "Ember",
    "Field",
    "Garden",
    "Harbour",
    "Island",
    "Lantern",
    "Meadow",
    "River",
)
_SENTENCES = (
    "Carefully made and well kept.",
    "A quiet favourite of many years.",
    "Simple, sturdy and ready for daily use.",
    "Checked twice before it went out.",
)


@dataclass(frozen=True, slots=True)
class SeedData:
    """`tables` in the order of their references; `logins` are the ids that get the demo password, `demo_logins` role and login."""

    tables: tuple[tuple[str, tuple[Mapping[str, SeedValue], ...]], ...]
    logins: tuple[str, ...]
    demo_logins: tuple[tuple[str, str], ...]


def seed_data(plan: Plan) -> SeedData:
    """The rows of every table."""
    seeds = _Seeds(plan)
    for table in tables(plan):
        seeds.fill(table.entity)
    return SeedData(
        tables=tuple((qualified(table.entity), tuple(seeds.rows[table.entity.name])) for table in tables(plan)),
        logins=tuple(str(row["id"]) for row in seeds.accounts()),
        demo_logins=tuple(seeds.demo_logins()),
    )


def _number(*words: object) -> int:
    return int.from_bytes(hashlib.sha256("/".join(map(str, words)).encode()).digest()[:6], "big")


class _Seeds:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.rows: dict[str, list[Row]] = {}

    def accounts(self) -> list[Row]:
        """The rows of the identity entity."""
        return self.rows[self._plan.identity.entity] if self._plan.identity else []

    def demo_logins(self) -> list[tuple[str, str]]:
        """The first account of each role."""
        if self._plan.identity is None:
            return []
        login = column(self._plan.entity(self._plan.identity.entity).field(self._plan.identity.login))
        first: dict[str, str] = {}
        for row in self.accounts():
            first.setdefault(str(row["role"]), str(row[login]))
        return list(first.items())

    def fill(self, entity: Entity) -> None:
        """Adds the rows of one entity, whose references are there already."""
        self.rows[entity.name] = []
        for index in range(self._count(entity)):
            self.rows[entity.name].append(self._row(entity, index))

    def _count(self, entity: Entity) -> int:
        if entity.whole:
            return 2 * len(self.rows[entity.whole])
        return _ROWS

    def _row(self, entity: Entity, index: int) -> Row:
        created = _START + timedelta(hours=7 * index, minutes=_number(entity.id, index) % 300)
        stamp = created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        row: Row = {"id": _uuid(created, entity.id, index)}
        for field in entity.fields:
            row[column(field)] = self._value(entity, field, index)
        return row | {"created_at": stamp, "updated_at": stamp}

    def _value(self, entity: Entity, field: Field, index: int) -> SeedValue:
        if isinstance(field.type, Reference):
            return self._reference(entity, field, field.type, index)
        if self._plan.identity and entity.name == self._plan.identity.entity:
            roles = self._plan.identity.roles
            role = roles[index] if index < len(roles) else roles[0]
            if field.name == "role":
                return role
            if field.name == self._plan.identity.login:
                return f"{role}@example.com" if index < len(roles) else f"{role}{index}@example.com"
        return _plain(entity, field, index)

    def _reference(self, entity: Entity, field: Field, kind: Reference, index: int) -> SeedValue:
        rows = self.rows.get(kind.entity, [])
        if kind.entity == entity.name:
            rows = rows[: index // 2]
        if not rows:
            return None
        if entity.whole == kind.entity:
            return rows[index // 2]["id"]
        if field.name == entity.owner and self._plan.identity:
            rows = [row for row in rows if row["role"] == self._plan.identity.roles[0]]
        if field.unique:
            return rows[index % len(rows)]["id"]
        return rows[_number(entity.id, field.id, index) % len(rows)]["id"]


def _uuid(created: datetime, *words: object) -> str:
    """A version 7 UUID whose time is `created` and whose rest is a digest."""
    milliseconds = int(created.timestamp() * 1000)
    tail = hashlib.sha256("/".join(map(str, words)).encode()).hexdigest()
    text = f"{milliseconds:012x}7{tail[:3]}8{tail[3:18]}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _plain(entity: Entity, field: Field, index: int) -> SeedValue:
    number = _number(entity.id, field.id, index)
    if field.optional and number % 4 == 0:
        return None
    return _typed(entity, field, field.type, index, number)


def _typed(entity: Entity, field: Field, kind: Type, index: int, number: int) -> SeedValue:
    match kind:
        case Text():
            return _text(entity, field, kind, index, number)
        case Integer(minimum, maximum):
            low, high = max(minimum, 0), min(maximum, max(minimum, 0) + 120)
            return low + number % (high - low + 1) if high >= low else minimum
        case Exact():
            return _exact(kind, number)
        case Bool():
            return number % 2 == 0
        case Date():
            return (_START + timedelta(days=number % 300)).strftime("%Y-%m-%d")
        case Timestamp():
            return (_START + timedelta(hours=number % 5000)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        case Enumeration(values):
            return values[index % len(values)]
        case Uuid():
            return _uuid(_START, entity.id, field.id, index)
        case Json():
            return "{}"
        case Reference() | Record() | ListOf():
            return None
        case _:
            assert_never(kind)


def _exact(kind: Exact, number: int) -> str:
    low = kind.minimum if kind.minimum is not None else kind.above if kind.above is not None else Decimal(0)
    step = Decimal(1).scaleb(-kind.scale)
    high = kind.maximum if kind.maximum is not None else kind.below if kind.below is not None else low + 200
    steps = max(int((high - low) / step) - 1, 1)
    return str((low + step * (1 + number % steps)).quantize(step))


def _text(entity: Entity, field: Field, kind: Text, index: int, number: int) -> str:
    words = field.name.lower()
    person = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // 7 % len(_LAST)]}"
    thing = f"{_ADJECTIVES[number % len(_ADJECTIVES)]} {_NOUNS[number // 13 % len(_NOUNS)]}"
    slug = f"{thing.lower().replace(' ', '-')}-{index + 1}"
    match kind.format:
        case "email":
            return f"{person.lower().replace(' ', '.')}{index}@example.com"
        case "url":
            return f"https://example.com/{slug}"
        case "slug":
            return slug[-kind.max_length :].strip("-")
        case "phone":
            return f"+4930{1000000 + number % 8999999}"
        case "plain":
            pass
        case _:
            assert_never(kind.format)
    if kind.max_length <= 40 and field.unique:
        text = f"{entity.name[:3].upper()}-{1001 + index}"
    elif kind.multiline or kind.max_length > 300:
        text = _SENTENCES[number % len(_SENTENCES)]
    elif "name" in words and field.personal:
        text = person
    else:
        text = f"{thing} {index + 1}" if field.unique else thing
    return text[: kind.max_length].ljust(kind.min_length, "x")
