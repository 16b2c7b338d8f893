"""Stacks that were chosen without a word."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import stated

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    named = stated(case.plan, "stack") or stated(case.plan, "stack.name")
    if named and stated(case.plan, "stack.because") is None:
        yield Found(
            "stack",
            named.origin,
            f"the stack is {named.value}, and nothing says why",
            "Say it in a few words: who comes later asks whether the reason still holds.",
            lines("requirements", f"stack: {{name: {named.value}, because: the reason}}"),
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  stack: fastapi
"""

RULE = Rule(
    name="devops/unreasoned-stack",
    severity="note",
    summary="A stack is chosen without a reason.",
    explanation="Both stacks behave alike, so the choice is about people: who knows the language, who is called at "
    "night. That is what `stack.because` is for; `new` prints it, and the records of decisions quote it.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("stack: fastapi", "stack: {name: fastapi, because: our team runs Python}")),
)
