"""Declared operations: route, input, rule, steps, answer."""

from __future__ import annotations

from backwright.blueprint.nodes import OperationNode
from backwright.plan.draft import Draft
from backwright.plan.expressions.narrowing import known_present
from backwright.plan.expressions.tree import Variable, walk
from backwright.plan.expressions.types import RowType
from backwright.plan.model import CreateStep, Input, Operation, Rule, Step
from backwright.plan.naming import kebab
from backwright.plan.policies import resolve_rule
from backwright.plan.retirement import retirement
from backwright.plan.shapes import inputs_typing
from backwright.plan.steps import Place, resolve_steps
from backwright.plan.steps.calling import resolve_then
from backwright.plan.steps.loops import check_loops
from backwright.plan.steps.uncompiled import check_compiled
from backwright.plan.types import resolve_type

__all__ = ["operations"]

_STATUSES = (200, 201, 202, 204)


def operations(draft: Draft) -> None:
    """Compile every operation."""
    for node in draft.blueprint.operations:
        found = _operation(draft, node)
        if found is not None:
            draft.operations.append(found)


def _operation(draft: Draft, node: OperationNode) -> Operation | None:
    inputs = _inputs(draft, node)
    rule = _rule(draft, node, inputs)
    place = Place(draft, None, {"input": inputs_typing(inputs)})
    place.present = known_present(rule.expression, True) if rule is not None else frozenset({"me", "me.role"})
    steps = resolve_steps(place, node.steps)
    check_loops(draft, steps)
    check_compiled(draft, steps)
    then = resolve_then(place, node.then) if node.then else None
    if then and node.name.name in (kebab(each.plural) for each in draft.entities.values()):
        reason = f"the outcomes of '{node.name.name}' would be called like what is done with the rows of that name"
        draft.say("name/collision", reason, node.origin, "Choose another name.")
    status = _status(draft, node, steps)
    _returns(draft, node, place)
    if rule is None or node.route is None:
        return None
    return Operation(
        id=node.name.id,
        name=node.name.name,
        method=node.route.method.value,
        path=node.route.path.value,
        rule=rule,
        idempotent=node.idempotent,
        inputs=inputs,
        steps=steps,
        returns=node.returns.value if node.returns else None,
        status=status,
        origin=node.origin,
        summary=node.summary,
        retirement=retirement(node.retirement),
        then=then,
    )


def _inputs(draft: Draft, node: OperationNode) -> tuple[Input, ...]:
    found: list[Input] = []
    for item in node.inputs:
        kind = resolve_type(draft, item.type) if item.type is not None else None
        name = item.name
        if kind is None:
            draft.unreadable.add(name.name)
        else:
            found.append(Input(name.id, name.name, kind, item.optional, item.origin))
    return tuple(found)


def _rule(draft: Draft, node: OperationNode, inputs: tuple[Input, ...]) -> Rule | None:
    if not node.has_allow:
        advice = "Add 'allow', such as 'allow: me != null'."
        draft.say("policy/missing", f"'{node.name.name}' does not say who may call it", node.origin, advice)
    if node.allow is None:
        return None
    scope = draft.scope(None, {"input": inputs_typing(inputs)})
    rule = resolve_rule(draft, node.name.name, node.allow, scope, node.allow.origin)
    if rule is not None and any(isinstance(part, Variable) and part.name != "now" for part in walk(rule.expression)):
        advice = "Let a 'require' step ask it, and let 'allow' say which callers may try."
        draft.say("policy/input", "who may call an operation cannot depend on its input", node.allow.origin, advice)
        return None
    if rule is not None and rule.anonymous and node.idempotent:
        reason = f"'{node.name.name}' is idempotent, but keys are kept by account, and callers without one may call it"
        advice = "Leave out 'idempotent', or let only callers with an account call it: 'me != null'."
        draft.say("operation/idempotent", reason, node.allow.origin, advice)
    return rule


def _returns(draft: Draft, node: OperationNode, place: Place) -> None:
    word = node.returns
    if word is None or word.value in draft.unreadable:
        return
    typing = place.variables.get(word.value)
    if typing is None or word.value == "input":
        known = [name for name, kind in place.variables.items() if isinstance(kind.type, RowType)]
        if word.value.startswith("input."):
            advice = "Name the row by a step, such as 'let: {row: " + word.value + "}', and return 'row'."
            draft.say("operation/returns", "an operation returns a row that a step names", word.origin, advice)
        else:
            draft.unknown("operation/returns", "no step names", word, known)
    elif not isinstance(typing.type, RowType) or typing.nullable:
        reason = f"'{word.value}' is not a row that is always there"
        draft.say("operation/returns", reason, word.origin, "Return a row that a step created.")


def _status(draft: Draft, node: OperationNode, steps: tuple[Step, ...]) -> int:
    if node.status is not None:
        status = int(node.status.value)
        if node.status.value != status or status not in _STATUSES:
            known = ", ".join(str(code) for code in _STATUSES)
            draft.say("operation/status", f"{node.status.value} is none of {known}", node.status.origin)
        elif status == 204 and node.returns is not None:
            reason = "an answer with status 204 has no body, but the operation returns something"
            draft.say("operation/status", reason, node.status.origin, "Remove 'status' or 'returns'.")
        return status
    if node.returns is None:
        return 204
    created = any(isinstance(step, CreateStep) and step.name == node.returns.value for step in steps)
    return 201 if created else 200
