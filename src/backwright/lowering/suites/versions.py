"""Tests of versions: what a reader has is not sent again, and a write for another version is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.lowering.operations import Routine
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.expressions import CALLER, Name, Object, Request
from backwright.lowering.suites.setting import Setting
from backwright.lowering.suites.statements import (
    AtOnce,
    Bind,
    RefusedAs,
    Send,
    Statement,
    StatusesAre,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words

__all__ = ["changed_versions", "deleted_version", "known_version", "moved_version"]

_BEFORE, _CHANGE, _LATE = Name("before"), Name("change"), Name("late")
_FAILED = RefusedAs(_LATE, 412, "precondition_failed")


def known_version(at: Setting) -> Test:
    """A read for one who has the row already."""
    again = replace(at.request("GET", at.this), has=_BEFORE)
    statements = [*at.arrange(), Send(_BEFORE, at.request("GET", at.this)), StatusIs(again, 304)]
    thing = a(words(at.entity.name))
    return Test(f"when {thing} is read again by one who has it, then it is not sent again", tidy(statements))


def changed_versions(at: Setting, change: Object) -> Iterator[Test]:
    """Changes of one version, one after the other and at once."""
    thing = a(words(at.entity.name))
    patch = replace(at.request("PATCH", at.this, body=_CHANGE), means=_BEFORE)
    start = [*at.arrange(), Send(_BEFORE, at.request("GET", at.this)), Bind(_CHANGE, change)]
    made = Name("made")
    after = replace(patch, means=made)
    statements = [*start, Send(made, patch), StatusIs(made, 200), Send(_LATE, patch), _FAILED, StatusIs(after, 200)]
    title = f"when {thing} has changed since it was read, then a change of what it was is refused"
    yield Test(title, tidy(statements))
    title = f"when two change what they both read of {thing}, then one does"
    yield Test(title, tidy([*start, AtOnce(2, patch), StatusesAre((200, 412))]))
    if at.entity.versioned:
        careless = Name("careless")
        refused = RefusedAs(careless, 428, "precondition_required")
        statements = [*at.arrange(), Bind(_CHANGE, change), Send(careless, replace(patch, means=None)), refused]
        yield Test(
            f"when a change does not say which version of {thing} it means, then it is refused", tidy(statements)
        )


def deleted_version(at: Setting) -> Test:
    """A deletion of a version that never was, then of the one that is there."""
    removal = at.request("DELETE", at.this)
    statements = [
        *at.arrange(),
        Send(_BEFORE, at.request("GET", at.this)),
        Send(_LATE, replace(removal, means="stale")),
        _FAILED,
        StatusIs(replace(removal, means=_BEFORE), 204),
    ]
    thing = a(words(at.entity.name))
    return Test(f"when another version of {thing} is to be deleted, then it stays", tidy(statements))


def moved_version(call: Call, routine: Routine) -> Test | None:
    """A transition of a version that never was, then of the one that is there; None where its caller cannot read it."""
    subject, move, case = routine.subject, routine.transition, call.case
    if subject is None or move is None or case.this is None or not case.world.visible(case.this):
        return None
    request = call.request()
    look = Request("GET", call.row, CALLER if case.role else None)
    statements: list[Statement] = [
        *call.arrange(),
        Send(_BEFORE, look),
        Send(_LATE, replace(request, means="stale")),
        _FAILED,
        StatusIs(replace(request, means=_BEFORE), 200),
    ]
    title = f"when another version of {a(words(subject.name))} is told to {words(move.name)}, then it does not"
    return Test(title, tidy(statements))
