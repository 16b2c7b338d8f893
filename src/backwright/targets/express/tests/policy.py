"""Tests of who may do what."""

from __future__ import annotations

from backwright.lowering.operations import collection
from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.rules import RuleCase, patch_of, rule_cases
from backwright.lowering.wire.routes import BASE
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.model import Action, Entity, Json, Plan
from backwright.targets.express import text
from backwright.targets.express.tests.bodies import body_members
from backwright.targets.express.tests.code import CALLER, Test, around, arranged, hugging, inserted, tidy
from backwright.targets.express.tests.drawn import sample
from backwright.targets.express.tests.titles import differing, phrase, somebody

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
    tests: list[Test] = []
    for action in _ACTIONS:
        if action == "update" and not patched_fields(plan, entity):
            continue
        if entity.whole or not entity.rule(action):
            continue
        cases = rule_cases(plan, entity, action)
        found = [_test(plan, entity, base, case, cases) for case in cases]
        tests += [test for test in found if test]
    return _grouped(tests)


def _test(plan: Plan, entity: Entity, base: str, case: RuleCase, cases: tuple[RuleCase, ...]) -> Test | None:
    change = _changed(plan, entity, case) if case.action == "update" else ("", ())
    if change is None:
        return None
    rules = [rule for rule in (entity.rule(case.action), entity.rule("read")) if rule]
    others = tuple(other for other in cases if other.role == case.role and other is not case)
    told = differing(case, others, tuple(rule.expression for rule in rules))
    if case.action == "create":
        told = {name: value for name, value in told.items() if name != entity.owner}
    what = phrase(entity, told)
    title = f"when {somebody(case.role)} {_VERBS[case.action]} {what}, then {_THEN[case.outcome][case.action]}"
    status = _REFUSALS.get(case.outcome) or _SUCCESS[case.action]
    if case.action == "update":
        lines = arranged(case.world, (case.this, *change[1])) + _change(case, change[0], status)
    else:
        lines = _lines(entity, base, case, status)
    return Test(title, tidy(lines), (case.role,) if case.role else ())


def _lines(entity: Entity, base: str, case: RuleCase, status: int) -> list[str]:
    world, this = case.world, case.this
    caller = f"as: {CALLER}" if case.role else ""
    if case.action == "create":
        lines = around(world, this)
        members = body_members(world, this)
        lines += (
            hugging(f"const body = await new{entity.name}(", members, ");")
            if members
            else [f"  const body = await new{entity.name}();"]
        )
        call = ", ".join(each for each in (caller, "body") if each)
        return [*lines, f"  assert.equal((await send('POST', '{base}', {{ {call} }})).status, {status});"]
    lines = arranged(world, (this,))
    path = f"`{base}/${{{inserted(world, this)}}}`"
    options = f", {{ {caller} }}" if caller else ""
    match case.action:
        case "read":
            lines.append(f"  assert.equal((await send('GET', {path}{options})).status, {status});")
            if status in (200, 404):
                no = "" if status == 200 else "!"
                lines.append(f"  assert.ok({no}(await newest('{base}'{options})).includes({inserted(world, this)}));")
            else:
                lines.append(f"  assert.equal((await send('GET', '{base}'{options})).status, {status});")
        case "update" | "delete":
            lines.append(f"  assert.equal((await send('DELETE', {path}{options})).status, {status});")
    return lines


def _change(case: RuleCase, change: str, status: int) -> list[str]:
    path = f"`{_base(case)}/${{{inserted(case.world, case.this)}}}`"
    call = ", ".join(each for each in (f"as: {CALLER}" if case.role else "", f"body: {{ {change} }}") if each)
    return [
        f"  const answer = await send('PATCH', {path}, {{ {call} }});",
        f"  assert.equal(answer.status, {status});",
    ]


def _base(case: RuleCase) -> str:
    return f"{BASE}/{collection(case.world.rows[case.this].entity)}"


def _changed(plan: Plan, entity: Entity, case: RuleCase) -> tuple[str, tuple[str, ...]] | None:
    """A change that the body may say, with the rows that it names; None where the caller could say nothing valid."""
    patch = patch_of(plan, entity)
    if patch is not None:
        return f"{json_name(patch[0])}: {sample(entity, *patch)}", ()
    fields = patched_fields(plan, entity)
    empty = next((field for field in fields if field.optional), None)
    if empty is not None:
        return f"{json_name(empty)}: null", ()
    for field in fields:
        target = case.world.rows[case.this].values.get(field.name)
        if isinstance(field.type, Json):
            return f"{json_name(field)}: {{}}", ()
        if isinstance(target, str) and case.world.visible(target):
            return f"{json_name(field)}: {inserted(case.world, target)}", (target,)
    refused = case.outcome == "unauthenticated" or (case.role and case.role not in _may(entity))
    return (f"{json_name(fields[0])}: null", ()) if refused else None


def _may(entity: Entity) -> tuple[str, ...]:
    rule = entity.rule("update")
    return rule.roles if rule else ()


def _grouped(tests: list[Test]) -> tuple[Test, ...]:
    """Tests that differ in nothing but the caller's role become one with several roles."""
    groups: dict[tuple[str, ...], list[Test]] = {}
    for test in tests:
        groups.setdefault(_without_role(test), []).append(test)
    return tuple(_joined(group) for group in groups.values())


def _without_role(test: Test) -> tuple[str, ...]:
    if not test.roles:
        return (test.title, *test.lines)
    role = test.roles[0]
    lines = (line.replace(f"signIn({text.string(role)}", "signIn(role") for line in test.lines)
    return (test.title.replace(f"when {somebody(role)} ", "when ${role} "), *lines)


def _joined(group: list[Test]) -> Test:
    if len(group) == 1:
        return Test(group[0].title, group[0].lines)
    title, *lines = _without_role(group[0])
    return Test(title.replace("${role}", "somebody with role ${role}"), tuple(lines), tuple(t.roles[0] for t in group))
