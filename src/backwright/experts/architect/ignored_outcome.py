"""Refusals from outside that change nothing."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.operations import writes

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        if operation.then is None:
            continue
        silent = [each for each in operation.then.outcomes if not each.steps]
        committed = {each.entity.name for each in writes(case.plan) if each.routine.operation is operation}
        if committed and silent and len(operation.then.outcomes) > len(silent):
            names = [each.name for each in silent]
            yield Found(
                operation.name,
                silent[0].origin,
                f"{operation.name} has committed {listed(sorted(committed))} when {operation.then.port} answers "
                f"'{listed(names)}', and nothing follows from that",
                "Say what it means for these rows: undo it, mark it, or tell somebody by an event.",
            )


_BAD = """entities:
  Request:
    fields: {text: string}
    lifecycle:
      field: state
      states: [sent, taken, turnedDown]
      transitions:
        take: {from: sent, to: taken, allow: me.role == 'staff'}
        turnDown: {from: sent, to: turnedDown, allow: me.role == 'staff'}
    allow: {read: me != null}
operations:
  ask:
    route: POST /requests
    allow: me != null
    idempotent: true
    input: {text: string}
    steps:
      - create: Request
        as: request
        set: {text: input.text}
    then:
      call: office.ask
      with: {text: input.text}
      agreed: {transition: request.take}
      refused: []
    returns: request
ports:
  office:
    ask: {input: {text: string}, outcomes: [agreed, refused]}
"""

RULE = Rule(
    name="architect/ignored-outcome",
    severity="warning",
    summary="One outcome of a call changes rows, another leaves them as if nothing had happened.",
    explanation="A call is made after the commit, so the rows are there when the answer comes. Where only some "
    "outcomes have steps, the others leave rows in a state that the outside system does not share. `[]` is right "
    "where nothing was written or nothing needs to follow; then accept the finding.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("refused: []", "refused: {transition: request.turnDown}")),
)
