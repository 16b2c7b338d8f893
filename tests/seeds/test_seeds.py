"""Seeds of every blueprint here: whole, varied, in order, and right by every condition of the plan."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import prod
from pathlib import Path

import pytest

from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.seeds import SeedData, seed_data
from backwright.plan.build import compile_blueprint
from backwright.plan.expressions import Environment, Row, Value, evaluate
from backwright.plan.model import Date, Entity, Enumeration, Exact, Field, Integer, Plan, Reference, Text, Timestamp

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("examples", "tests/cases", "tests/seeds")
BLUEPRINTS = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*/blueprint.yaml"))


@dataclass(frozen=True)
class World:
    """A plan with its seeds."""

    plan: Plan
    data: SeedData

    def rows(self, entity: Entity) -> tuple[Mapping[str, object], ...]:
        return dict(self.data.tables)[qualified(entity)]

    def all(self) -> Iterator[tuple[Entity, Mapping[str, object]]]:
        for entity in self.plan.entities:
            for row in self.rows(entity):
                yield entity, row


def plan_of(path: Path) -> Plan:
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    return plan


@pytest.fixture(params=BLUEPRINTS, ids=lambda path: path.parent.name)
def world(request: pytest.FixtureRequest) -> World:
    plan = plan_of(request.param)
    return World(plan, seed_data(plan))


def stored(row: Mapping[str, object], field: Field) -> object:
    return row[unquoted(column(field))]


def typed(field: Field, value: object) -> Value:
    match field.type, value:
        case Exact(), str():
            return Decimal(value)
        case Date(), str():
            return date.fromisoformat(value)
        case Timestamp(), str():
            return datetime.fromisoformat(value)
        case _, str() | int() | None:
            return value
        case _:
            return str(value)


def test_the_same_rows_come_every_time(world: World) -> None:
    assert seed_data(world.plan) == world.data


DIGEST = """
import hashlib, sys
from backwright.lowering.seeds import seed_data
from backwright.plan.build import compile_blueprint

plan, _ = compile_blueprint(open(sys.argv[1], encoding="utf-8").read(), "blueprint.yaml")
print(hashlib.sha256(repr(seed_data(plan)).encode()).hexdigest())
"""


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_the_same_rows_come_with_every_hash_seed_and_time_zone(path: Path) -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST, path],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0] == runs[1]


def test_every_value_fits_its_field(world: World) -> None:
    for entity, row in world.all():
        for field in entity.fields:
            value = stored(row, field)
            assert value is not None or field.optional, f"{entity.name}.{field.name}"
            if value is not None:
                assert fits(field, typed(field, value)), f"{entity.name}.{field.name}: {value!r}"


def fits(field: Field, value: Value) -> bool:
    match field.type, value:
        case Text(low, high, _, pattern), str():
            return low <= len(value) <= high and (pattern is None or re.search(pattern, value) is not None)
        case Integer(low, high), int() | str():
            return low <= int(value) <= high
        case Exact() as kind, Decimal():
            exponent = value.as_tuple().exponent
            assert isinstance(exponent, int)
            return (
                -exponent == kind.scale
                and (kind.minimum is None or value >= kind.minimum)
                and (kind.maximum is None or value <= kind.maximum)
                and (kind.above is None or value > kind.above)
                and (kind.below is None or value < kind.below)
            )
        case Enumeration(words), str():
            return value in words
        case _:
            return True


class Named:
    """Rows of which nothing but the id is known."""

    def row(self, entity: str, id: Value) -> Row | None:
        return Row(entity, {"id": id})

    def related(self, entity: str, id: Value, many_name: str) -> tuple[Row, ...]:
        return ()


def test_every_row_holds_its_checks(world: World) -> None:
    checked = 0
    for entity, row in world.all():
        values = {field.name: typed(field, stored(row, field)) for field in entity.fields}
        times = {name: datetime.fromisoformat(str(row[column])) for name, column in TIMES}
        this = Row(entity.name, {**values, **times, "id": str(row["id"])})
        for check in entity.checks:
            assert evaluate(check.expression, Environment(rows=Named(), this=this)), (entity.name, check.id, row)
            checked += 1
    assert checked or not any(entity.checks for entity in world.plan.entities)


TIMES = (("createdAt", "created_at"), ("updatedAt", "updated_at"))


def test_references_are_whole_and_point_back_in_time(world: World) -> None:
    for entity, row in world.all():
        for field in entity.fields:
            target = stored(row, field)
            if not isinstance(field.type, Reference) or target is None:
                continue
            found = [each for each in world.rows(world.plan.entity(field.type.entity)) if each["id"] == target]
            assert len(found) == 1
            own = field.type.entity == entity.name
            assert str(found[0]["id"]) < str(row["id"]) if own else True
            if not mutual(world.plan, entity, field):
                assert str(found[0]["created_at"]) <= str(row["created_at"])


def mutual(plan: Plan, entity: Entity, field: Field) -> bool:
    assert isinstance(field.type, Reference)
    target = plan.entity(field.type.entity)
    return any(isinstance(each.type, Reference) and each.type.entity == entity.name for each in target.fields)


def test_ids_follow_creation(world: World) -> None:
    for entity in world.plan.entities:
        rows = world.rows(entity)
        ids = [str(row["id"]) for row in rows]
        created = [str(row["created_at"]) for row in rows]
        assert len(set(ids)) == len(ids)
        assert all(each[14] == "7" and each[19] in "89ab" for each in ids)
        assert [row["id"] for row in sorted(rows, key=lambda row: (str(row["created_at"]), str(row["id"])))] == sorted(
            ids
        )
        if not entity.whole:
            assert created == sorted(created)
        assert all(str(row["created_at"]) <= str(row["updated_at"]) for row in rows)


def test_what_must_be_unique_is(world: World) -> None:
    for entity in world.plan.entities:
        groups: list[tuple[str, ...]] = [(field.name,) for field in entity.fields if field.unique]
        groups += [index.fields for index in entity.indexes if index.unique]
        for names in groups:
            keys = [tuple(stored(row, entity.field(name)) for name in names) for row in world.rows(entity)]
            known = [key for key in keys if None not in key]
            assert len(set(known)) == len(known), (entity.name, names)


def test_there_is_enough_of_everything(world: World) -> None:
    for entity in world.plan.entities:
        rows = world.rows(entity)
        assert entity.whole or len(rows) >= min([10, *combinations(entity)])
        for field in entity.fields:
            values = [stored(row, field) for row in rows]
            if isinstance(field.type, Enumeration):
                few = [word for word in field.type.values if values.count(word) < 2]
                assert not few or field.name == "role", f"{entity.name}.{field.name}: {few}"
            if field.optional and len(rows) >= 20 and not isinstance(field.type, Reference):
                assert any(value is None for value in values) or entity.checks or entity.lifecycle
                assert any(value is not None for value in values)


def combinations(entity: Entity) -> Iterator[int]:
    """How many rows can differ where all that must be unique has few values."""
    for names in (index.fields for index in entity.indexes if index.unique):
        kinds = [entity.field(name).type for name in names]
        sizes = [
            len(kind.values) if isinstance(kind, Enumeration) else kind.maximum - kind.minimum + 1
            for kind in kinds
            if isinstance(kind, Enumeration | Integer)
        ]
        if len(sizes) == len(kinds):
            yield prod(sizes)


def test_wholes_have_as_many_parts_as_they_may(world: World) -> None:
    for entity in world.plan.entities:
        for part in entity.parts:
            inner = world.plan.entity(part.entity)
            back = inner.field(part.back)
            owners = [stored(row, back) for row in world.rows(inner)]
            sizes = [owners.count(row["id"]) for row in world.rows(entity)]
            assert all(part.min_size <= size <= part.max_size for size in sizes)
            assert len(set(sizes)) > 1 or part.min_size == part.max_size


def test_every_role_has_its_demo_login_and_the_first_owns_something(world: World) -> None:
    identity = world.plan.identity
    if identity is None:
        assert world.data.demo_logins == ()
        return
    assert world.data.demo_logins == tuple((role, f"{role}@example.com") for role in identity.roles)
    assert len(world.data.logins) == len(identity.roles)
    for entity in world.plan.entities:
        if entity.owner:
            owners = [stored(row, entity.field(entity.owner)) for row in world.rows(entity)]
            assert max(owners.count(login) for login in world.data.logins) >= 3
            accounts = world.rows(world.plan.entity(identity.entity))
            roles = {row["role"] for row in accounts if row["id"] in owners}
            assert len(set(owners)) >= min(4, sum(row["role"] in roles for row in accounts))


def test_what_an_operation_copies_is_copied() -> None:
    plan = plan_of(ROOT / "examples" / "shop" / "blueprint.yaml")
    shop = World(plan, seed_data(plan))
    prices = {row["id"]: row["price"] for row in shop.rows(plan.entity("Product"))}
    lines = shop.rows(plan.entity("OrderLine"))
    assert lines
    assert all(line["unit_price"] == prices[line["product_id"]] for line in lines)
    by_order = [(line["order_id"], line["product_id"]) for line in lines]
    assert len(set(by_order)) == len(by_order)


def test_times_that_a_state_brings_come_with_it() -> None:
    plan = plan_of(ROOT / "tests" / "cases" / "library" / "blueprint.yaml")
    loans = World(plan, seed_data(plan)).rows(plan.entity("Loan"))
    assert {row["state"] for row in loans} == {"open", "returned", "lost"}
    assert all((row["returned_at"] is not None) == (row["state"] == "returned") for row in loans)


def test_names_read_like_names() -> None:
    plan = plan_of(ROOT / "examples" / "shop" / "blueprint.yaml")
    shop = World(plan, seed_data(plan))
    people = [str(row["name"]) for row in shop.rows(plan.entity("User"))]
    assert len(set(people)) == len(people)
    assert all(re.fullmatch(r"\w+ \w+", name) for name in people)
    for row in shop.rows(plan.entity("Category")):
        assert row["slug"] == str(row["name"]).lower().replace(" ", "-")
    assert all(re.fullmatch(r"\d+\.(99|50|00|95|90)", str(row["price"])) for row in shop.rows(plan.entity("Product")))
