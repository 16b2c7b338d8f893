"""Tests of what a collection holds: bodies in and out, lists, faults, conflicts."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.model import Entity, Plan
from backwright.targets.express.tests.changes import change_tests, deletion_tests
from backwright.targets.express.tests.code import Test, tidy
from backwright.targets.express.tests.creation import creation_tests
from backwright.targets.express.tests.lists import list_tests
from backwright.targets.express.tests.setting import NOWHERE, Setting, setting
from backwright.targets.express.tests.titles import a, words

__all__ = ["content_tests"]


def content_tests(plan: Plan, entity: Entity, base: str) -> Iterator[Test]:
    """All that apply."""
    created, read = setting(plan, entity, base, "create"), setting(plan, entity, base, "read")
    updated, deleted = setting(plan, entity, base, "update"), setting(plan, entity, base, "delete")
    if created:
        yield from creation_tests(created)
    if read and not entity.whole:
        yield from _reading(read)
        if read.case.this != read.case.world.me:
            yield from list_tests(read)
    if updated and patched_fields(plan, entity):
        yield from change_tests(updated)
    if deleted:
        yield from deletion_tests(deleted)


def _reading(at: Setting) -> Iterator[Test]:
    thing = words(at.entity.name)
    lines = [
        *at.caller(),
        f"  assert.equal((await send('GET', '{at.base}/{NOWHERE}'{at.call})).status, 404);",
        f"  const answer = await send('GET', '{at.base}/nonsense'{at.call});",
        "  assert.deepEqual([answer.status, ...faultsOf(answer)], [422, 'id']);",
    ]
    yield Test(f"when {a(thing)} does not exist, then it is not found", tidy(lines))
