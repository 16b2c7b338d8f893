"""Tests of what a collection holds: bodies in and out, faults, conflicts."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.suites.changes import change_tests, deletion_tests
from backwright.lowering.suites.creation import creation_tests, tells_time
from backwright.lowering.suites.expressions import Constant, Name, Nowhere
from backwright.lowering.suites.includes import include_tests
from backwright.lowering.suites.setting import Setting, setting
from backwright.lowering.suites.statements import FaultsAre, Send, StatusIs, Test
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words
from backwright.lowering.suites.versions import known_version
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.model import Entity, Plan

__all__ = ["content_tests"]


def content_tests(plan: Plan, entity: Entity, base: str) -> Iterator[Test]:
    """All that apply."""
    created, read = setting(plan, entity, base, "create"), setting(plan, entity, base, "read")
    updated, deleted = setting(plan, entity, base, "update"), setting(plan, entity, base, "delete")
    if created:
        yield from creation_tests(created)
    if read and not entity.whole:
        yield _reading(read)
        yield _surplus(read)
        if not tells_time(entity):
            yield known_version(read)
            yield from include_tests(read)
    if updated and patched_fields(plan, entity):
        yield from change_tests(updated)
    if deleted:
        yield from deletion_tests(deleted)


def _reading(at: Setting) -> Test:
    statements = [
        *at.caller(),
        StatusIs(at.request("GET", Nowhere()), 404),
        Send(Name("answer"), at.request("GET", "nonsense")),
        FaultsAre(Name("answer"), ("id",), 422),
    ]
    return Test(f"when {a(words(at.entity.name))} does not exist, then it is not found", tidy(statements))


def _surplus(at: Setting) -> Test:
    answer = Name("answer")
    request = at.request("GET", Nowhere(), query=(("surplus", Constant(1)),))
    statements = [*at.caller(), Send(answer, request), FaultsAre(answer, ("surplus",), 422)]
    title = f"when {a(words(at.entity.name))} is read with an unknown parameter, then that is named"
    return Test(title, tidy(statements))
