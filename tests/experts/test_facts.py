"""What rules ask of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from backwright.experts.example import complete
from backwright.experts.facts import compared_with_me, counted, holders, listed, makers, self_service, stores
from backwright.experts.notation import condition, field_line, index_lines, lines
from backwright.experts.requirements import availability, load
from backwright.experts.steps import counts, name_of, repeated
from backwright.experts.words import CREDENTIALS, KEYS, TIMES, says
from backwright.lowering.operations import routines
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan, UpdateStep
from tests.experts.regenerate import ROOT, blueprints

SHOP = ROOT / "examples" / "shop" / "blueprint.yaml"


def compiled(text: str) -> Plan:
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    return plan


@pytest.mark.parametrize("path", blueprints(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_field_written_down_again_means_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plan = compiled(text)
    again = yaml.safe_load(text)
    for entity in plan.entities:
        declared = again["entities"][entity.name].get("fields", {})
        for field in entity.fields:
            key = field.name if field.id == field.name else f"{field.name}#{field.id}"
            if key in declared:
                declared |= yaml.safe_load(field_line(field))
    for one, other in zip(plan.entities, compiled(yaml.safe_dump(again, sort_keys=False)).entities, strict=True):
        for first, second in zip(one.fields, other.fields, strict=True):
            assert (first.type, first.default, first.optional) == (second.type, second.default, second.optional)
            for flag in ("unique", "immutable", "searchable", "personal", "secret"):
                assert getattr(first, flag) == getattr(second, flag), (first.name, flag)


@pytest.mark.parametrize(
    ("name", "among", "expected"),
    [
        ("apiKey", CREDENTIALS, True),
        ("partnerApiKey", CREDENTIALS, True),
        ("tokenCount", CREDENTIALS, False),
        ("pinned", CREDENTIALS, False),
        ("code", KEYS, True),
        ("codeOfConduct", KEYS, False),
        ("dueDate", TIMES, True),
        ("dated", TIMES, False),
    ],
)
def test_a_name_says_what_it_ends_with(name: str, among: frozenset[str], expected: bool) -> None:
    assert says(name, among) is expected


def test_conditions_read_as_authors_write_them_and_texts_stay() -> None:
    plan = compiled(
        complete("entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: \"text != 'this.x'\"}\n")
    )
    rule = plan.entity("Topic").rule("read")
    assert rule
    assert condition(rule.expression) == "text != 'this.x'"


def test_an_index_more_keeps_those_that_are_there() -> None:
    plan = compiled((ROOT / "tests" / "cases" / "corner" / "blueprint.yaml").read_text(encoding="utf-8"))
    line = plan.entity("Line")
    assert (
        index_lines(line, "amount", "side", unique=True) == "unique: [[query, position], [query, side], [amount, side]]"
    )
    assert index_lines(line, "amount") == "indexes: [[amount]]"


def test_lines_stand_below_each_other() -> None:
    assert lines("entities", "Note", "a: 1\nb: 2") == "entities:\n  Note:\n    a: 1\n    b: 2"


def test_who_owns_nothing_holds_nothing() -> None:
    plan = compiled(
        """backwright: 1
app: {name: Example, summary: "Owners"}
identity: {entity: Account, login: [email, password], roles: [guest, host]}
entities:
  Account:
    fields: {email: email unique personal}
    allow: {read: this == me, update: this == me}
  Event:
    owner: host
    fields: {host: Account, seats: int(0..100)}
    allow: {read: true, create: owner && me.role == 'host', update: owner}
"""
    )
    event, account = plan.entity("Event"), plan.entity("Account")
    assert self_service(plan, event.rule("update")) == {"guest", "host"}
    assert holders(plan, event, event.rule("update")) == {"host"}
    assert holders(plan, account, account.rule("update")) == {"guest", "host"}
    assert compared_with_me(event.rule("update")) == {"host"}
    assert stores(plan, account, "create") == {"email"}
    assert stores(plan, event, "delete") == frozenset()


def test_parts_are_made_with_their_whole_or_by_steps() -> None:
    plan = compiled(SHOP.read_text(encoding="utf-8"))
    assert all(makers(plan, entity) for entity in plan.entities)
    text = SHOP.read_text(encoding="utf-8")
    declared, _, rest = text.partition("operations:")
    events = rest[rest.index("\nevents:") : rest.index("\nchannels:")]
    without = compiled(declared + events)
    assert [entity.name for entity in without.entities if not makers(without, entity)] == ["Order", "OrderLine"]


def test_loops_count_as_often_as_their_lists_are_long() -> None:
    plan = compiled(SHOP.read_text(encoding="utf-8"))
    by_name = {name_of(each): each for each in routines(plan)}
    times = {
        name: [number for step, number in repeated(plan, by_name[name]) if isinstance(step, UpdateStep)]
        for name in ("placeOrder", "Order.cancel")
    }
    assert times == {"placeOrder": [100], "Order.cancel": [100]}
    assert [(name_of(each.routine), each.field.name, each.up, each.down) for each in counts(plan)] == [
        ("placeOrder", "stock", False, True),
        ("Order.cancel", "stock", True, False),
        ("placeOrder.declined", "stock", True, False),
    ]


def test_figures_are_read_as_the_gate_reads_them() -> None:
    head = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: true}\n"
    plan = compiled(
        complete(f"{head}requirements: {{load: {{users: 10, rps: lots, p95: 0.2s}}, availability: 99.95%}}\n")
    )
    found, share = load(plan), availability(plan)
    assert (found.users, found.rps, found.p95) == (10, None, 0.2)
    assert share is not None
    assert str(share[0]) == "99.95"


def test_words_for_readers() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (counted(1, "policy", "policies"), counted(2000, "policy", "policies")) == ("1 policy", "2,000 policies")
