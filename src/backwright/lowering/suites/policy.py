"""Tests of who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.rules import RuleCase, patch_of, rule_cases
from backwright.lowering.suites.arranging import arranged, inserted
from backwright.lowering.suites.bodies import body_members
from backwright.lowering.suites.drawn import sample
from backwright.lowering.suites.expressions import CALLER, EACH_ROLE, Constant, Expression, Name, Object
from backwright.lowering.suites.setting import Setting
from backwright.lowering.suites.statements import IsNewest, NewBody, Send, SignIn, Statement, StatusIs, Test
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import differing, phrase, somebody
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.model import Action, Entity, Json, Plan

__all__ = ["policy_tests"]

_ACTIONS: tuple[Action, ...] = ("read", "create", "update", "delete")
_VERBS: dict[Action, str] = {"read": "reads", "create": "creates", "update": "changes", "delete": "deletes"}
_THEN: dict[str, dict[Action, str]] = {
    "allowed": {"read": "it is shown", "create": "it is there", "update": "it changes", "delete": "it is gone"},
    "forbidden": dict.fromkeys(_ACTIONS, "that is forbidden"),
    "hidden": dict.fromkeys(_ACTIONS, "it is not there"),
    "unauthenticated": dict.fromkeys(_ACTIONS, "an account is needed"),
}
_SUCCESS: dict[Action, int] = {"read": 200, "create": 201, "update": 200, "delete": 204}
_REFUSALS: dict[str, int] = {"forbidden": 403, "hidden": 404, "unauthenticated": 401}


def policy_tests(plan: Plan, entity: Entity, base: str) -> tuple[Test, ...]:
    """One per rule, caller and outcome; callers to whom the same happens share one."""
    tests: list[tuple[str | None, Test]] = []
    for action in _ACTIONS:
        if action == "update" and not patched_fields(plan, entity):
            continue
        if entity.whole or not entity.rule(action):
            continue
        cases = rule_cases(plan, entity, action)
        found = [(case.role, _test(Setting(plan, entity, base, case), cases)) for case in cases]
        tests += [(role, test) for role, test in found if test]
    return _grouped(tests)


def _test(at: Setting, cases: tuple[RuleCase, ...]) -> Test | None:
    case, entity = at.case, at.entity
    statements = _statements(at)
    if statements is None:
        return None
    rules = [rule for rule in (entity.rule(case.action), entity.rule("read")) if rule]
    others = tuple(other for other in cases if other.role == case.role and other is not case)
    told = differing(case, others, tuple(rule.expression for rule in rules))
    if case.action == "create":
        told = {name: value for name, value in told.items() if name != entity.owner}
    what = phrase(entity, told)
    title = f"when {at.who} {_VERBS[case.action]} {what}, then {_THEN[case.outcome][case.action]}"
    return Test(title, tidy(statements))


def _statements(at: Setting) -> list[Statement] | None:
    case = at.case
    status = _REFUSALS.get(case.outcome) or _SUCCESS[case.action]
    match case.action:
        case "create":
            body = NewBody(at.entity.name, body_members(case.world, case.this))
            return [*at.arrange(without_row=True), body, StatusIs(at.request("POST", body=body.name), status)]
        case "read":
            seen = (
                IsNewest(at.request("GET"), at.this, status == 200)
                if status in (200, 404)
                else StatusIs(at.request("GET"), status)
            )
            return [*at.arrange(), StatusIs(at.request("GET", at.this), status), seen]
        case "delete":
            return [*at.arrange(), StatusIs(at.request("DELETE", at.this), status)]
        case "update":
            return _changed(at, status)
        case _:
            assert_never(case.action)


def _changed(at: Setting, status: int) -> list[Statement] | None:
    change = _change(at)
    if change is None:
        return None
    body, named = change
    answer = Name("answer")
    return [
        *arranged(at.case.world, (at.case.this, *named)),
        Send(answer, at.request("PATCH", at.this, body=Object((body,)))),
        StatusIs(answer, status),
    ]


def _change(at: Setting) -> tuple[tuple[str, Expression], tuple[str, ...]] | None:
    """A change that the body may say, with the rows that it names; None where the caller could say nothing valid."""
    plan, entity, case = at.plan, at.entity, at.case
    patch = patch_of(plan, entity)
    if patch is not None:
        return (json_name(patch[0]), sample(entity, *patch)), ()
    fields = patched_fields(plan, entity)
    empty = next((field for field in fields if field.optional), None)
    if empty is not None:
        return (json_name(empty), Constant(None)), ()
    for field in fields:
        target = case.world.rows[case.this].values.get(field.name)
        if isinstance(field.type, Json):
            return (json_name(field), Object()), ()
        if isinstance(target, str) and case.world.visible(target):
            return (json_name(field), inserted(case.world, target)), (target,)
    refused = case.outcome == "unauthenticated" or (case.role and case.role not in _may(entity))
    return ((json_name(fields[0]), Constant(None)), ()) if refused else None


def _may(entity: Entity) -> tuple[str, ...]:
    rule = entity.rule("update")
    return rule.roles if rule else ()


def _grouped(tests: Iterable[tuple[str | None, Test]]) -> tuple[Test, ...]:
    """Tests that differ in nothing but the caller's role become one with several roles."""
    groups: dict[Test, list[tuple[str | None, Test]]] = {}
    for role, test in tests:
        groups.setdefault(_of_each(test, role) if role else test, []).append((role, test))
    return tuple(
        replace(alike, roles=tuple(role for role, _ in group if role)) if len(group) > 1 else group[0][1]
        for alike, group in groups.items()
    )


def _of_each(test: Test, role: str) -> Test:
    """The test as it would be for several roles."""
    title = test.title.replace(f"when {somebody(role)} ", f"when somebody with role {EACH_ROLE} ")
    return Test(title, tuple(_by_each(each, role) for each in test.statements))


def _by_each(statement: Statement, role: str) -> Statement:
    match statement:
        case SignIn(role=signed, name=name) if signed == role and name == CALLER:
            return replace(statement, role=EACH_ROLE)
        case _:
            return statement
