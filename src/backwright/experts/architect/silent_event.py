"""Events that never happen."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.operations import all_routines, emitted

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    told = {name for routine in all_routines(case.plan) for name in emitted(routine)}
    for event in case.plan.events:
        if event.name not in told:
            yield Found(
                event.name,
                event.origin,
                f"{event.name} is declared, but no operation, transition or job emits it",
                f"Emit it where it happens (`- emit: {event.name}`), or remove it.",
            )


RULE = Rule(
    name="architect/silent-event",
    severity="warning",
    summary="An event is declared that nothing emits.",
    explanation="Whoever reads the contract waits for something that never comes. An event is emitted by a step of an "
    "operation, a transition or a job.",
    check=_check,
    bad=Example(
        """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
events:
  TopicOpened: {topic: Topic}
"""
    ),
    good=Example(
        """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null}
operations:
  open:
    route: POST /topics
    allow: me != null
    input: {text: string}
    steps:
      - create: Topic
        as: topic
        set: {text: input.text}
      - emit: TopicOpened
        with: {topic: topic}
    returns: topic
events:
  TopicOpened: {topic: Topic}
"""
    ),
)
