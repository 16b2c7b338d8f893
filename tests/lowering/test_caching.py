"""Which tables tell what was written, and what each route drops."""

from __future__ import annotations

import pytest

from backwright.lowering.caching import announced, changes
from backwright.lowering.wire.caching import is_public
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

KEEPING = """
backwright: 1
app: {name: Keeping}
identity: {entity: Person, login: [email, password], roles: [member]}
entities:
  Person:
    fields: {email: email unique}
    allow: {read: this == me}
  Maker:
    fields: {name: string}
    allow: {read: true, update: me != null, delete: me != null}
  Thing:
    fields: {maker: Maker on delete clear optional, uses: int >= 0 default 0}
    parts: {pieces: Piece}
    computed: {madeBy: maker.name}
    lifecycle:
      field: state
      states: [new, old]
      transitions: {age: {from: new, to: old, allow: me != null}}
    cached: 90s
    allow: {read: true, create: me != null, delete: me != null}
  Piece:
    fields: {n: int}
  Use:
    fields: {thing: Thing on delete cascade}
    cached: 2m
    allow: {read: true}
  Other:
    fields: {n: int}
    allow: {read: true, create: me != null}
operations:
  use:
    route: POST /uses
    allow: me != null
    input: {thing: Thing}
    steps:
      - update: input.thing
        set: {uses: uses + 1}
      - create: Use
        set: {thing: input.thing}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(KEEPING, "b.yaml")
    assert compiled is not None, problems
    return compiled


def test_times_are_seconds(plan: Plan) -> None:
    assert {entity.name: entity.cached for entity in plan.entities if entity.cached} == {"Thing": 90, "Use": 120}
    assert is_public(plan, plan.entity("Thing"))


def test_tables_tell_of_which_answers_show_them(plan: Plan) -> None:
    assert dict(announced(plan)) == {
        "makers": ("things",),
        "things": ("things",),
        "pieces": ("things",),
        "uses": ("uses",),
    }


def test_a_route_drops_what_its_writes_may_change_and_nothing_else(plan: Plan) -> None:
    assert dict(changes(plan)) == {
        "PATCH /v1/makers/{id}": ("things",),
        "DELETE /v1/makers/{id}": ("things",),
        "POST /v1/things": ("things",),
        "DELETE /v1/things/{id}": ("things", "uses"),
        "POST /v1/things/{id}/age": ("things",),
        "POST /v1/uses": ("things", "uses"),
    }
