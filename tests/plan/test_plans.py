from __future__ import annotations

import re
from pathlib import Path

import pytest

from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan import indexes
from backwright.plan.build import compile_blueprint
from backwright.plan.expressions import render
from backwright.plan.model import (
    EachStep,
    EmitStep,
    Enumeration,
    Field,
    Integer,
    NamedRow,
    Plan,
    Reference,
    RequireStep,
    Text,
    UpdateStep,
)

ROOT = Path(__file__).parents[2]
BLUEPRINTS = sorted([*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")])


def _compile(text: str) -> Plan:
    plan, found = compile_blueprint(text, "b.yaml")
    assert [problem for problem in found if problem.severity == "error"] == []
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def shop() -> Plan:
    return _compile((ROOT / "examples" / "shop" / "blueprint.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.parent.name)
def test_blueprints_compile(file: Path) -> None:
    plan = _compile(file.read_text(encoding="utf-8"))
    assert plan.entities
    placed: set[str] = set()
    for entity in indexes.creation_order(plan):
        for field in entity.fields:
            if isinstance(field.type, Reference) and not field.optional:
                assert field.type.entity in placed
        placed.add(entity.name)
    assert placed == {entity.name for entity in plan.entities}


def test_the_example_of_the_design_note_compiles() -> None:
    note = (ROOT / "docs" / "designs" / "0001-blueprint-language.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", note, re.DOTALL)
    assert len(examples) == 1
    assert [entity.name for entity in _compile(examples[0]).entities] == ["User", "Product"]


def test_what_entities_gain(shop: Plan) -> None:
    order, line, user = shop.entity("Order"), shop.entity("OrderLine"), shop.entity("User")
    status = order.field("status")
    assert status.type == Enumeration(("pending", "paid", "shipped", "delivered", "cancelled"))
    assert status.default == "pending"
    back = line.field("order")
    assert back.type == Reference("Order", "cascade")
    assert back.immutable
    assert line.whole == "Order"
    assert user.field("role").type == Enumeration(("customer", "staff", "admin"))
    assert user.field("role").default == "customer"
    assert [entity.plural for entity in shop.entities] == ["users", "categories", "products", "orders", "orderLines"]


def test_ranges_that_nobody_wrote() -> None:
    plan = _compile(
        "backwright: 1\napp: {name: T}\nentities:\n  A:\n    fields:\n      s: string\n      t: text\n      i: int\n"
        "      j: int > 3 < 9\n      m: string(1..3) pattern '^a'\n    allow: {read: true}\n"
    )
    kinds = {field.name: field.type for field in plan.entity("A").fields}
    assert kinds["s"] == Text(0, 200)
    assert kinds["t"] == Text(0, 10_000, multiline=True)
    assert kinds["i"] == Integer(-(2**53) + 1, 2**53 - 1)
    assert kinds["j"] == Integer(4, 8)
    assert kinds["m"] == Text(1, 3, pattern="^a")


COMPUTED = """backwright: 1
app: {name: T}
entities:
  Bill:
    fields: {due: date}
    parts: {lines: Line}
    computed:
      rest: total - 1.00
      total: lines.sum(l, l.worth)
    allow: {read: "true"}
  Line:
    fields: {amount: money > 0}
    computed: {worth: amount * 2}
  Letter:
    fields: {bill: Bill, other: Bill optional}
    allow: {read: "true"}
operations:
  remind:
    route: POST /reminders
    allow: "true"
    input: {letter: Letter, bill: Bill}
    steps:
      - require: RULE
        otherwise: {error: no}
      - each: {in: input.bill.lines, as: l}
        do:
          - require: l.bill.total > 5.00
            otherwise: {error: no}
"""


def test_computed_fields_stand_for_what_they_are_computed_of() -> None:
    plan = _compile(COMPUTED.replace("RULE", "input.letter.bill.rest > input.bill.total"))
    assert [(each.name, render(each.expression)) for each in plan.entity("Bill").computed] == [
        ("rest", "this.lines.sum(l, l.amount * 2) - 1.00"),
        ("total", "this.lines.sum(l, l.amount * 2)"),
    ]
    compared, loop = plan.operations[0].steps
    assert isinstance(compared, RequireStep)
    assert render(compared.expression) == (
        "input.letter.bill.lines.sum(l, l.amount * 2) - 1.00 > input.bill.lines.sum(l, l.amount * 2)"
    )
    assert isinstance(loop, EachStep)
    inner = loop.steps[0]
    assert isinstance(inner, RequireStep)
    assert render(inner.expression) == "l.bill.lines.sum(l2, l2.amount * 2) > 5.00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (COMPUTED.replace("RULE", "input.letter.other.total > 1.00"), "What `total` is computed of"),
        (COMPUTED.replace("RULE", "input.bill.totle > 1.00"), "Bill has no field `totle`"),
        (COMPUTED.replace("RULE", "true").replace("lines.sum(l, l.worth)", "rest + 1.00"), "called `rest`"),
    ],
)
def test_computed_fields_that_cannot_be_read(text: str, message: str) -> None:
    plan, found = compile_blueprint(text, "b.yaml")
    assert plan is None
    assert [message in problem.message for problem in found if problem.severity == "error"] == [True], found


def test_rules_know_their_roles(shop: Plan) -> None:
    rule = shop.entity("Product").rule("update")
    assert rule is not None
    assert (rule.roles, rule.anonymous) == (("staff", "admin"), False)
    read = shop.entity("Product").rule("read")
    assert read is not None
    assert read.anonymous
    assert shop.entity("Order").rule("create") is None


def test_steps(shop: Plan) -> None:
    place = shop.operations[0]
    assert (place.method, place.path, place.status, place.idempotent, place.returns) == (
        "POST", "/orders", 201, True, "order",
    )  # fmt: skip
    loop = place.steps[1]
    assert isinstance(loop, EachStep)
    update = loop.steps[1]
    assert isinstance(update, UpdateStep)
    assert update.entity == "Product"
    assert render(update.assignments[0].expression) == "this.stock - line.quantity"
    assert [(case.name, case.status) for case in indexes.error_cases(place.steps)] == [
        ("product_not_available", 409),
        ("out_of_stock", 409),
    ]


def test_what_callers_may_write(shop: Plan) -> None:
    def names(fields: tuple[Field, ...]) -> list[str]:
        return [field.name for field in fields]

    assert names(patched_fields(shop, shop.entity("User"))) == ["name"]
    assert names(created_fields(shop, shop.entity("Order"))) == ["note"]
    assert names(patched_fields(shop, shop.entity("Order"))) == ["note"]
    assert names(created_fields(shop, shop.entity("OrderLine"))) == ["product", "quantity", "unitPrice"]
    assert "sku" not in names(patched_fields(shop, shop.entity("Product")))


def test_what_points_where(shop: Plan) -> None:
    pointing = [(holder.name, field.name) for holder, field in indexes.references_to(shop, "Product")]
    assert pointing == [("OrderLine", "product")]


def test_every_element_knows_its_line(shop: Plan) -> None:
    lines = (ROOT / "examples" / "shop" / "blueprint.yaml").read_text(encoding="utf-8").split("\n")
    for entity in shop.entities:
        assert lines[entity.origin.line - 1].strip().startswith(entity.name)
        for field in entity.fields:
            assert field.origin.line > 0
    assert "ship:" in lines[shop.entity("Order").lifecycle.transitions[1].origin.line - 1]  # type: ignore[union-attr]


def test_a_loop_over_rows_of_its_own_may_write_anything() -> None:
    text = (ROOT / "tests" / "cases" / "clinic" / "blueprint.yaml").read_text(encoding="utf-8")
    text += (
        "  discount:\n    route: POST /visits/{visit}/discount\n    allow: me.role == 'vet'\n"
        "    input: {visit: Visit}\n    steps:\n      - each: {in: input.visit.treatments, as: item}\n        do:\n"
        "          - update: item\n            set: {price: 'round(price / 2, 2)'}\n"
    )
    assert _compile(text).operations[-1].name == "discount"


def test_events_and_who_emits_them() -> None:
    plan = _compile((ROOT / "tests" / "cases" / "workshop" / "blueprint.yaml").read_text(encoding="utf-8"))
    lifecycle = plan.entity("Repair").lifecycle
    assert lifecycle is not None
    short = lifecycle.transitions[0].steps
    assert [
        (step.event, [(each.field, render(each.expression)) for each in step.assignments])
        for step in short
        if isinstance(step, EmitStep)
    ] == [("RepairBegun", [("repair", "this")])]
    subjects = {event.name: member.name if (member := indexes.subject_of(event)) else None for event in plan.events}
    assert subjects["RepairFinished"] == "repair"
    assert subjects["StockChanged"] == "material"
    assert subjects["BellRung"] is None


def test_a_transition_as_a_step_is_guard_move_and_steps_about_the_row() -> None:
    plan = _compile((ROOT / "tests" / "cases" / "workshop" / "blueprint.yaml").read_text(encoding="utf-8"))
    withdraw = next(operation for operation in plan.operations if operation.name == "withdraw")
    _, _, guard, move, loop, told = withdraw.steps
    assert isinstance(guard, RequireStep)
    assert render(guard.expression) == "repair.status in ['waiting', 'underway']"
    assert (guard.otherwise.name, guard.otherwise.status) == ("too_late", 409)
    assert isinstance(move, UpdateStep)
    assert [(each.field, render(each.expression)) for each in move.assignments] == [("status", "'refused'")]
    for step in (loop, told):
        assert isinstance(step, EachStep)
        assert render(step.each.source) == "repair.uses"
        assert step.origin == move.origin


def test_a_call_and_what_follows_from_it() -> None:
    plan = _compile((ROOT / "tests" / "cases" / "rentals" / "blueprint.yaml").read_text(encoding="utf-8"))
    rent, settle = plan.operations
    assert rent.then
    assert [(each.field, render(each.expression)) for each in rent.then.assignments] == [
        ("amount", "rental.deposit"),
        ("reference", "rental.id"),
        ("until", "input.until"),
    ]
    assert rent.then.rows == (NamedRow("rental", "Rental"),)
    assert {each.name: len(each.steps) for each in rent.then.outcomes} == {"held": 2, "declined": 5}
    assert settle.then
    assert (settle.then.rows, settle.then.outcomes[0].steps) == ((), ())
    assert [(port.name, [call.name for call in made]) for port, made in indexes.called(plan)] == [
        ("deposits", ["hold", "release"])
    ]


def test_channels_and_whose_events_they_tell() -> None:
    plan = _compile((ROOT / "tests" / "cases" / "workshop" / "blueprint.yaml").read_text(encoding="utf-8"))
    assert [(each.address, each.entity, render(each.rule.expression), each.rule.roles) for each in plan.channels] == [
        ("repairs/{repair.id}", "Repair", "repair.customer == me || me.role == 'mechanic'", ("customer", "mechanic")),
        ("people/{customer.id}/repairs", "Person", "customer == me", ("customer", "mechanic")),
        ("counter", None, "me.role == 'mechanic'", ("mechanic",)),
    ]
    assert plan.channels[1].events == ("RepairFinished",)


def test_jobs_and_when_they_run() -> None:
    plan = _compile((ROOT / "tests" / "cases" / "rentals" / "blueprint.yaml").read_text(encoding="utf-8"))
    late, remind = plan.jobs
    assert (late.seconds, late.times, late.entity, late.variable) == (900, (), "Rental", "rental")
    assert late.where is not None
    assert render(late.where) == "this.status == 'booked' && this.until < now"
    assert (remind.seconds, remind.times) == (None, ("06:00", "18:00"))
    assert indexes.emits(plan)
