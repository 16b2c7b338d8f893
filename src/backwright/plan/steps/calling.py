"""`then`: a call after the commit, and the steps of each of its outcomes, which nobody calls."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.blueprint.nodes import OutcomeNode, StepNode, ThenNode
from backwright.plan.expressions.tree import Expression, Me, Role, Variable, walk
from backwright.plan.expressions.types import RowType, Typing
from backwright.plan.indexes import all_steps, expressions_of
from backwright.plan.model import Assignment, Call, NamedRow, Outcome, Step, Then
from backwright.plan.shapes import value_type
from backwright.plan.steps.loops import check_loops
from backwright.plan.steps.place import Place
from backwright.plan.steps.resolve import resolve_steps
from backwright.plan.steps.uncompiled import check_compiled

__all__ = ["resolve_background", "resolve_then", "speaks_of_caller"]


def resolve_then(place: Place, node: ThenNode) -> Then | None:
    """The call, told by the names at the end of the operation's steps; None where there is no such call."""
    port, _, name = node.call.value.partition(".")
    call = _call(place, node, port, name)
    rows = {key: typing for key, typing in place.variables.items() if isinstance(typing.type, RowType)}
    if call is None:
        return None
    given = _given(place, node, call)
    outcomes = tuple(_outcome(place, each, rows) for each in _known(place, node, call))
    used = {
        part.name
        for outcome in outcomes
        for step in all_steps(outcome.steps)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, Variable)
    }
    named = tuple(
        NamedRow(key, typing.type.entity)
        for key, typing in rows.items()
        if key in used and isinstance(typing.type, RowType)
    )
    return Then(port, name, given, outcomes, named, node.origin)


def _call(place: Place, node: ThenNode, port: str, name: str) -> Call | None:
    declared = place.draft.ports.get(port)
    if declared is None:
        word = node.call.part(0, len(port))
        place.draft.unknown("name/unknown-port", "there is no port", word, place.draft.ports)
        return None
    found = next((each for each in declared.calls if each.name == name), None)
    if found is None:
        word = node.call.part(len(port) + 1, len(node.call.value)) if name else node.call
        known = [each.name for each in declared.calls]
        place.draft.unknown("name/unknown-call", f"the port '{port}' has no call", word, known)
    return found


def _given(place: Place, node: ThenNode, call: Call) -> tuple[Assignment, ...]:
    inputs = {each.name: each for each in call.inputs}
    found: list[Assignment] = []
    for value in node.values:
        each = inputs.get(value.field.value)
        if each is None:
            if value.field.value not in place.draft.unreadable:
                place.draft.unknown("port/unknown-input", f"{call.name} has no input", value.field, inputs)
        elif expression := place.compile(value.expression, Typing(value_type(each.type), each.optional)):
            found.append(Assignment(each.name, expression))
    given = {value.field.value for value in node.values}
    missing = [each.name for each in call.inputs if not each.optional and each.name not in given]
    if missing:
        reason = f"{call.name} needs {', '.join(missing)}"
        place.draft.say("port/missing-input", reason, node.call.origin, "Write 'with: {input: expression}'.")
    return tuple(found)


def _known(place: Place, node: ThenNode, call: Call) -> Iterable[OutcomeNode]:
    """The outcomes that exist; those that are left out are reported."""
    named = {each.name.value for each in node.outcomes}
    missing = [each for each in call.outcomes if each not in named]
    if missing:
        reason = f"nothing is said of {', '.join(missing)}"
        advice = f"Add its steps, or '{missing[0]}: []' where nothing follows from it."
        place.draft.say("port/missing-outcome", reason, node.call.origin, advice)
    for each in node.outcomes:
        if each.name.value in call.outcomes:
            yield each
        else:
            place.draft.unknown("port/unknown-outcome", f"{call.name} has no outcome", each.name, call.outcomes)


def _outcome(place: Place, node: OutcomeNode, rows: dict[str, Typing]) -> Outcome:
    steps = resolve_background(Place(place.draft, None, dict(rows)), node.steps)
    return Outcome(node.name.value, steps, node.origin)


def speaks_of_caller(expression: Expression) -> bool:
    """Whether it matters who calls."""
    return any(isinstance(part, Me | Role) for part in walk(expression))


def resolve_background(place: Place, nodes: Iterable[StepNode]) -> tuple[Step, ...]:
    """Steps that run later and for nobody, so that they cannot speak of their caller."""
    steps = resolve_steps(place, nodes)
    check_loops(place.draft, steps)
    check_compiled(place.draft, steps)
    for step in all_steps(steps):
        if any(map(speaks_of_caller, expressions_of(step))):
            reason = "this step speaks of its caller, but nobody calls it: it runs later, by itself"
            advice = "Keep who is meant in a field of a row that the operation names."
            place.draft.say("operation/nobody", reason, step.origin, advice)
    return steps
