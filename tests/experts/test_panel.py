"""Seats, acceptance, order: what the panel does with what its rules find."""

from __future__ import annotations

import pytest

from backwright.experts.example import complete
from backwright.experts.model import Case
from backwright.experts.panel import Review, review
from backwright.plan.build import compile_blueprint

BLUEPRINT = """entities:
  Fee:
    fields: {label: string(1..40), amount: money, refund: money}
    allow: {read: me != null, create: me.role == 'staff', update: true}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
"""
RULE = "database/signed-money"


def reviewed(accepted: str = "", *seats: str) -> Review:
    text = complete(BLUEPRINT + (f"  accepted: {accepted}\n" if accepted else ""))
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    return review(Case(plan), seats)


def elements(found: Review, accepted: bool) -> list[str]:
    return [each.found.element for each in found.findings if (each.accepted is not None) == accepted]


def test_seats_speak_in_their_order_and_the_gravest_comes_first() -> None:
    found = reviewed()
    assert [(each.rule.seat, each.rule.severity) for each in found.findings] == [
        ("security", "error"),
        ("database", "warning"),
        ("database", "warning"),
    ]
    assert elements(found, accepted=False) == ["Fee", "Fee.amount", "Fee.refund"]


def test_a_chosen_seat_is_heard_alone() -> None:
    assert {each.rule.seat for each in reviewed("", "security").findings} == {"security"}


def test_a_rule_is_accepted_wherever_it_applies() -> None:
    found = reviewed(f"{{{RULE}: amounts go both ways}}")
    assert elements(found, accepted=True) == ["Fee.amount", "Fee.refund"]
    assert [each.accepted for each in found.findings] == [None, "amounts go both ways", "amounts go both ways"]
    assert found.problems == ()


def test_a_rule_is_accepted_for_one_element_alone() -> None:
    found = reviewed(f"{{{RULE}: {{Fee.refund: refunds are negative}}}}")
    assert elements(found, accepted=True) == ["Fee.refund"]
    assert elements(found, accepted=False) == ["Fee", "Fee.amount"]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("accepted", "code", "said"),
    [
        ("{database/singed-money: both ways}", "review/unknown-rule", "singed-money"),
        ("{database/prefix-index: both ways}", "review/unfounded-acceptance", "prefix-index"),
        (f"{{{RULE}: {{Fee.charge: both ways}}}}", "review/unfounded-acceptance", "Fee.charge"),
        (f'{{{RULE}: ""}}', "review/no-reason", RULE),
    ],
)
def test_an_acceptance_that_accepts_nothing_is_said_at_its_line(accepted: str, code: str, said: str) -> None:
    found = reviewed(accepted)
    (problem,) = found.problems
    assert (problem.code, problem.origin.line) == (code, complete(BLUEPRINT).count("\n") + 1)
    assert said in problem.message
    assert elements(found, accepted=True) == []


def test_nothing_is_said_about_an_acceptance_whose_seat_was_not_asked() -> None:
    assert reviewed("{database/prefix-index: both ways}", "security").problems == ()
