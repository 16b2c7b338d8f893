"""Calls of outside systems that nothing makes."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    made = {(each.then.port, each.then.call) for each in case.plan.operations if each.then}
    for port in case.plan.ports:
        for call in port.calls:
            if (port.name, call.name) not in made:
                yield Found(
                    f"{port.name}.{call.name}",
                    call.origin,
                    f"{port.name}.{call.name} is declared, but no operation calls it",
                    "Call it in the `then` of an operation, or remove it: an adapter for it would be written in vain.",
                )


_PORT = "ports:\n  letters:\n    send: {input: {text: string}, outcomes: [sent]}\n"
_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="architect/unused-call",
    severity="warning",
    summary="A port has a call that no operation makes.",
    explanation="A call exists for the operation whose `then` makes it. One that nobody makes has no adapter, no test "
    "and no meaning, and readers take it for a dependency.",
    check=_check,
    bad=Example(_TOPIC + _PORT),
    good=Example(
        _TOPIC
        + """operations:
  tell:
    route: POST /letters
    allow: me != null
    idempotent: true
    input: {text: string}
    steps:
      - require: input.text != ''
        otherwise: {error: empty, status: 422}
    then:
      call: letters.send
      with: {text: input.text}
      sent: []
"""
        + _PORT
    ),
)
