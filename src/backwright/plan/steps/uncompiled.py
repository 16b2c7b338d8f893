"""Forms of steps that are part of the language and wait for a later version."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.plan.draft import Draft
from backwright.plan.expressions.tree import Access, Many, Variable
from backwright.plan.model import CreateStep, EachStep, LetStep, Step

__all__ = ["check_compiled"]


def check_compiled(draft: Draft, steps: Iterable[Step]) -> None:
    """Report every loop that lowering has no statement for."""
    for step in steps:
        if isinstance(step, EachStep):
            _source(draft, step)
            for inner in step.steps:
                _inside(draft, inner)


def _source(draft: Draft, loop: EachStep) -> None:
    source = loop.each.source
    listed = isinstance(source, Access) and isinstance(source.of, Variable) and source.of.name == "input"
    if not listed and not isinstance(source, Many):
        reason = "a loop runs over a list of the input or over the parts of a row; this version compiles no other list"
        draft.say("language/not-yet", reason, loop.origin, "Write 'in: input.NAME' or 'in: PARTS'.")


def _inside(draft: Draft, step: Step) -> None:
    match step:
        case EachStep():
            advice = "Send the inner elements as a list of their own."
            draft.say("language/not-yet", "this version compiles no loop inside a loop", step.origin, advice)
        case LetStep():
            advice = "Write the expression where it is used, or name it before the loop."
            draft.say("language/not-yet", "this version compiles no 'let' inside a loop", step.origin, advice)
        case CreateStep(name=str()):
            advice = "Leave 'as' out; the rows of one loop are written in one statement."
            draft.say("language/not-yet", "this version gives rows made in a loop no name", step.origin, advice)
        case _:
            pass
