"""The cases that generated tests are made of, against decisions taken by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backwright.lowering.operations import Routine, routines
from backwright.lowering.specimens.patterns import matching, room, text_of
from backwright.lowering.specimens.routines import done_case, error_cases_of, other_cases
from backwright.lowering.specimens.rules import rule_cases
from backwright.lowering.specimens.world import World
from backwright.lowering.suites.arranging import arranged
from backwright.lowering.suites.expressions import ACCOUNT, Row
from backwright.lowering.suites.statements import Insert, Link, SignIn
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Action, Plan

ROOT = Path(__file__).resolve().parents[2]


def plan_of(name: str) -> Plan:
    path = ROOT / "examples" / name / "blueprint.yaml"
    path = path if path.exists() else ROOT / "tests" / "cases" / name / "blueprint.yaml"
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), name)
    assert plan is not None, problems
    return plan


def outcomes(name: str, entity: str, action: Action) -> set[tuple[str | None, str]]:
    plan = plan_of(name)
    return {(case.role, case.outcome) for case in rule_cases(plan, plan.entity(entity), action)}


def test_who_reads_orders() -> None:
    assert outcomes("shop", "Order", "read") == {
        ("customer", "allowed"),
        ("customer", "hidden"),
        ("staff", "allowed"),
        ("admin", "allowed"),
        (None, "unauthenticated"),
    }


def test_who_reads_products() -> None:
    assert outcomes("shop", "Product", "read") == {
        ("customer", "allowed"),
        ("customer", "hidden"),
        ("staff", "allowed"),
        ("admin", "allowed"),
        (None, "allowed"),
        (None, "hidden"),
    }


def test_who_changes_accounts() -> None:
    assert outcomes("shop", "User", "update") == {
        ("customer", "allowed"),
        ("customer", "hidden"),
        ("staff", "allowed"),
        ("staff", "hidden"),
        ("admin", "allowed"),
        ("admin", "forbidden"),
        (None, "unauthenticated"),
    }


def test_who_deletes_copies() -> None:
    assert outcomes("library", "Copy", "delete") == {
        ("reader", "forbidden"),
        ("librarian", "allowed"),
        ("librarian", "forbidden"),
        (None, "unauthenticated"),
    }


def test_who_creates_tasks() -> None:
    assert outcomes("tasks", "Task", "create") == {
        ("member", "allowed"),
        ("member", "forbidden"),
        ("lead", "allowed"),
        ("lead", "forbidden"),
        (None, "unauthenticated"),
    }


def routine(plan: Plan, name: str) -> Routine:
    return next(each for each in routines(plan) if each.name == name)


def test_placing_an_order_takes_its_stock_or_is_refused() -> None:
    plan = plan_of("shop")
    place = routine(plan, "placeOrder")
    done = done_case(plan, place, "customer")
    assert done is not None
    before, after = done.world.rows["product"].values, done.result.after.rows["product"].values
    assert before["status"] == "active"
    lines = done.world.inputs["lines"]
    assert isinstance(lines, list)
    assert isinstance(before["stock"], int)
    assert after["stock"] == before["stock"] - lines[0]["quantity"]
    assert [case.result.error.name for case in error_cases_of(place, done) if case.result.error] == ["out_of_stock"]


def test_every_error_of_borrowing_is_found() -> None:
    plan = plan_of("library")
    borrow = routine(plan, "borrow")
    done = done_case(plan, borrow, "reader")
    assert done is not None
    assert done.result.after.rows["copy"].values["available"] is False
    errors = [case.result.error for case in error_cases_of(borrow, done)]
    assert [error.name for error in errors if error] == ["not_available", "too_many_loans"]


def test_completing_a_visit_needs_its_vet_and_a_treatment() -> None:
    plan = plan_of("clinic")
    complete = routine(plan, "visits.complete")
    done = done_case(plan, complete, "vet", "booked")
    assert done is not None
    assert done.world.rows["visit"].values["vet"] == done.world.me
    errors = {case.result.error.name for case in error_cases_of(complete, done) if case.result.error}
    assert errors == {"requirement_not_met", "nothing_was_done"}


def test_a_transition_of_somebody_elses_row_is_hidden_or_forbidden() -> None:
    shop, tasks = plan_of("shop"), plan_of("tasks")
    cancel, start = routine(shop, "orders.cancel"), routine(tasks, "tasks.start")
    own, assigned = done_case(shop, cancel, "customer", "paid"), done_case(tasks, start, "member")
    assert own is not None
    assert assigned is not None
    assert {case.result.kind for case in other_cases(cancel, own)} == {"hidden"}
    assert {case.result.kind for case in other_cases(start, assigned)} == {"forbidden"}


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("^[A-Z]+$", 2, 8),
        ("^[0-9X]+$", 10, 13),
        ("^[A-Z]{2}-[0-9]{4,}$", 0, 20),
        ("^(?:DE|FR)[0-9]{20}$", 0, 22),
        (r"^\d{5}(?:-\d{4})?$", 5, 10),
        ("^[^@ ]+@x$", 0, 30),
        (r"^\w+(?:\.\w+)*$", 1, 40),
        (r"^[^\s]+$", 1, 5),
        ("^#[0-9a-f]{6}$", 7, 7),
    ],
)
def test_texts_match_the_pattern_they_come_from(pattern: str, shortest: int, longest: int) -> None:
    picks = matching(pattern, shortest, longest)
    assert picks is not None
    texts = [text_of(picks, number) for number in range(min(room(picks), 300))]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert re.search(pattern, text)
        assert shortest <= len(text) <= longest


def test_a_pattern_that_no_length_fits_has_no_texts() -> None:
    assert matching("^[a-z]{3}$", 5, 9) is None


@pytest.mark.parametrize(
    "checks",
    [
        "{nights: until > since, few: until - since <= duration('72h')}",
        "{sum: amount + rest == 100.00, more: rest > amount, odd: rest != 99.99}",
        "{signed: (positive && rest == amount) || (!positive && rest == -amount)}",
        "{long: size(word) >= 17, begins: word.startsWith('AB-')}",
    ],
)
def test_a_usual_row_holds_what_the_checks_ask(checks: str) -> None:
    plan, problems = compile_blueprint(
        "backwright: 1\napp: {name: Rows}\nentities:\n  Thing:\n    fields:\n      since: date\n      until: date\n"
        "      amount: money\n      rest: money\n      positive: bool\n      word: string(0..40)\n"
        f"    checks: {checks}\n    allow: {{read: true, create: true}}\n",
        "rows.yaml",
    )
    assert plan is not None, problems
    world = World(plan)
    world.add(plan.entity("Thing"), "thing")
    assert world.sound()


def test_rows_in_a_circle_are_there_before_it_is_closed() -> None:
    path = ROOT / "tests" / "gates" / "circles.yaml"
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    world = World(plan)
    caller = world.add_caller("lead")
    circle = world.add(plan.entity("Circle"), "circle", {"lead": caller.name})
    world.set(caller.name, "circle", circle.name)
    circle_row = Row("circle")
    assert arranged(world, (circle.name,)) == [
        Insert("Circle", (), circle_row),
        SignIn("lead", (("circle_id", circle_row),)),
        Link("app.circles", "lead_id", circle_row, ACCOUNT),
    ]
