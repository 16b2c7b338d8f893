"""Rows that a gate makes hold every condition and every unique key, or it says what stands in the way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backwright.gates.completion import Completion
from backwright.gates.consistency import Taken, bonds, keeps
from backwright.gates.layout import default_of
from backwright.gates.values import Values
from backwright.plan.build import compile_blueprint
from backwright.plan.expressions import Value
from backwright.plan.model import Entity

FIELDS = """
      a: int(0..100)
      b: int(0..100)
      c: money >= 0
      d: money > 0
      from: date
      until: date
      starts: datetime
      ends: datetime
      code: 'string(4..4) pattern "^[A-D][0-9]{3}$"'
      copy: string(4..4)
      word: string(0..30)
      maybe: "int(1..9) optional"
      kind: enum(one, two, three)
      other: enum(one, two, three)
      mood: enum(four, five)
      yes: bool
      no: bool
"""


def entity_with(checks: str = "", unique: str = "[]") -> Entity:
    text = (
        "backwright: 1\napp: {name: Rows}\nentities:\n  Thing:\n    fields:"
        f"{FIELDS}    unique: {unique}\n    checks: {{{checks}}}\n    allow: {{read: true}}\n"
    )
    plan, problems = compile_blueprint(text, "rows.yaml")
    assert plan is not None, problems
    return plan.entity("Thing")


def found(entity: Entity, given: dict[str, Value], taken: Taken | None = None) -> dict[str, Value] | None:
    values = Values()
    completion = Completion(entity, taken or Taken(), values)
    preferred = {
        each.name: None if each.optional else default_of(each) or values.of(each.type) for each in entity.fields
    }
    return completion.find(given, {name: completion.others(entity.field(name), preferred[name]) for name in preferred})


@pytest.mark.parametrize(
    ("check", "given"),
    [
        ("a < b", {"b": 1}),
        ("a + b == 37", {"a": 36}),
        ("c + d == 10.50 && c > d", {}),
        ("c * 2 == d", {"d": Decimal("7.34")}),
        ("until > from", {}),
        ("until - from <= duration('72h') && until > from", {}),
        ("ends - starts >= duration('36h')", {}),
        ("copy == code", {}),
        ("word.size() == 17", {}),
        ("word.startsWith('AB-') && word != 'AB-'", {}),
        ("word.endsWith('.txt')", {}),
        ("word == 'exactly this'", {}),
        ("maybe != null || a > 50", {"a": 3}),
        ("maybe == null || maybe * a == 63", {"a": 21, "maybe": 3}),
        ("kind != other", {"other": "one"}),
        ("kind == 'three' || yes != no", {"yes": False, "kind": "one"}),
        ("yes == (a >= 50)", {"yes": True}),
        ("a % 7 == 3 && a != b", {"b": 3}),
    ],
)
def test_finds_values_that_meet(check: str, given: dict[str, Value]) -> None:
    entity = entity_with(f'rule: "{check}"')
    values = found(entity, given)
    assert values is not None
    assert all(keeps(bond, values) for bond in bonds(entity) if bond.check)
    assert given.items() <= values.items()


def test_an_enumeration_takes_no_word_of_another_one() -> None:
    values = found(entity_with('''rule: "mood != 'four' && kind != 'one'"'''), {})
    assert values is not None
    assert values["mood"] == "five"


def test_conditions_that_share_fields_hold_together() -> None:
    entity = entity_with('one: "a < b", two: "maybe != null && b < maybe * 10", three: "c + d == 12.00", four: "d > c"')
    values = found(entity, {"maybe": 1})
    assert values is not None
    assert all(keeps(bond, values) for bond in bonds(entity) if bond.check)


def test_unique_keys_are_never_met_twice() -> None:
    entity = entity_with(unique="[[a, kind], [maybe, b]]")
    taken = Taken()
    seen = []
    for _ in range(60):
        values = found(entity, {"kind": "two"}, taken)
        assert values is not None
        taken.add(entity, [values])
        seen.append(values["a"])
    assert len(set(seen)) == 60


def test_null_is_like_no_other_value() -> None:
    entity = entity_with(unique="[[maybe, kind]]")
    taken = Taken()
    for _ in range(3):
        values = found(entity, {"maybe": None, "kind": "one"}, taken)
        assert values is not None
        taken.add(entity, [values])


@pytest.mark.parametrize(
    ("checks", "unique", "given", "words"),
    [
        ('never: "a > 100"', "[]", {}, "Thing: check never"),
        ('apart: "kind != other"', "[]", {"kind": "one", "other": "one"}, "Thing: check apart"),
        ("", "[[kind, yes]]", {"kind": "one", "yes": True}, "Thing: unique kind, yes"),
    ],
)
def test_says_what_stands_in_the_way(checks: str, unique: str, given: dict[str, Value], words: str) -> None:
    entity = entity_with(checks, unique)
    taken = Taken()
    taken.add(entity, [{each.name: given.get(each.name) for each in entity.fields}])
    completion = Completion(entity, taken, Values())
    choices = {each.name: completion.others(each, Values().of(each.type)) for each in entity.fields}
    assert completion.find(given, choices) is None
    assert list(completion.obstacles) == [words]


def test_a_row_that_is_gone_frees_its_key() -> None:
    entity = entity_with(unique="[[kind, yes]]")
    row: dict[str, Value] = {**{each.name: None for each in entity.fields}, "kind": "one", "yes": True}
    taken = Taken()
    taken.add(entity, [row])
    taken.remove(entity, row)
    assert found(entity, {"kind": "one", "yes": True}, taken) is not None
