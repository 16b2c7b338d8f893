"""Outside systems that strangers set to work."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, may
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        if operation.then and ANYBODY in may(operation.rule):
            call = f"{operation.then.port}.{operation.then.call}"
            yield Found(
                operation.name,
                operation.rule.origin,
                f"callers without an account may call {operation.name}, each of which is a call of {call}",
                "Let only callers with an account call it, with an idempotency key.",
                lines("operations", operation.name, "allow: me != null\nidempotent: true")
                if case.plan.identity
                else "",
            )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
operations:
  invite:
    route: POST /invitations
    allow: "true"
    input: {address: email}
    steps:
      - require: input.address != ''
        otherwise: {error: empty, status: 422}
    then:
      call: letters.send
      with: {address: input.address}
      sent: []
ports:
  letters:
    send: {input: {address: email}, outcomes: [sent]}
"""

RULE = Rule(
    name="security/anonymous-call",
    severity="warning",
    summary="Callers without an account cause calls of an outside system.",
    explanation="Somebody pays for each of these calls, or is called by them: strangers decide how often (CWE-770). "
    "Without an account there is no idempotency key either, so a repeated request is a second call.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace('allow: "true"', "allow: me != null\n    idempotent: true")),
)
