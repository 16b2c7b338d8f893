"""Lifecycles in which nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        if entity.lifecycle and len(entity.lifecycle.states) == 1:
            state = entity.lifecycle.states[0]
            yield Found(
                entity.name,
                entity.lifecycle.origin,
                f"the lifecycle of {entity.name} has one state, '{state}', so it decides nothing",
                "Add the state that it goes to and the transition, or remove the lifecycle.",
                f"entities:\n  {entity.name}:\n    lifecycle:\n      states: [{state}, ended]\n      transitions:\n"
                f"        end: {{from: {state}, to: ended, allow: me != null}}",
            )


_HEAD = "entities:\n  Topic:\n    fields: {text: string}\n    lifecycle:\n      field: state\n"
_END = "    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="architect/idle-lifecycle",
    severity="note",
    summary="A lifecycle has a single state.",
    explanation="A lifecycle says how rows move; with one state there is no move. It costs a column, an index and a "
    "filter.",
    check=_check,
    bad=Example(f"{_HEAD}      states: [open]\n      transitions: {{}}\n{_END}"),
    good=Example(
        f"{_HEAD}      states: [open, shut]\n      transitions:\n        shut: {{from: open, to: shut, allow: me != "
        f"null}}\n{_END}"
    ),
)
