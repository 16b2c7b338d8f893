"""Backends that do not know their callers."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted
from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.wire.routes import routes

__all__ = ["RULE"]

_READS = ("list", "read")


def _check(case: Case) -> Iterator[Found]:
    if case.plan.identity is not None:
        return
    writing = [route for route in routes(case.plan) if route.kind not in _READS]
    if writing:
        first = writing[0]
        yield Found(
            "",
            case.top,
            "nobody signs in, so everybody who reaches the server may use its "
            f"{counted(len(writing), 'writing route')}, such as {first.method} {first.path}",
            "Declare `identity` and say in the rules who may; if only trusted programs reach it, accept this finding.",
        )


_BAD = """identity: none
entities:
  Topic:
    fields: {text: string}
    allow: {read: true, create: true}
"""

RULE = Rule(
    name="security/no-accounts",
    severity="warning",
    summary="There are no accounts, and rows can be written.",
    explanation="Without `identity` every rule is about everybody (CWE-306): the backend rests on whatever keeps "
    "strangers from reaching it, and cannot say afterwards who did what.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace(
            "identity: none", "identity: {entity: Account, login: [email, password], roles: [member, staff]}"
        ).replace("create: true", "create: me.role == 'staff'")
    ),
)
