"""`tests/integration/<collection>.test.ts`: what a collection does over HTTP, and who may do it."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.operations import collection
from backwright.lowering.wire.routes import BASE, routes_of
from backwright.plan.model import Entity, Plan
from backwright.targets.express import text
from backwright.targets.express.tests.bodies import new_body
from backwright.targets.express.tests.code import Test, mentions
from backwright.targets.express.tests.content import content_tests
from backwright.targets.express.tests.drawn import DRAWING
from backwright.targets.express.tests.policy import policy_tests

__all__ = ["SuiteView", "entity_view", "suite"]


@dataclass(frozen=True, slots=True)
class TestView:
    """One test; title and roles as literals."""

    title: str
    lines: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuiteView:
    """One file of tests."""

    imports: tuple[str, ...]
    preamble: tuple[str, ...]
    tests: tuple[TestView, ...]


def entity_view(plan: Plan, entity: Entity) -> SuiteView | None:
    """None where nothing is served."""
    if not any(route.kind in ("list", "read", "create", "update", "delete") for route in routes_of(plan, entity)):
        return None
    base = f"{BASE}/{collection(entity)}"
    preamble = tuple(new_body(plan, entity)) if entity.rule("create") else ()
    tests = (*content_tests(plan, entity, base), *policy_tests(plan, entity, base))
    return suite(plan, preamble, tests)


_SERVER = ("all", "faultsOf", "idsOf", "itemsOf", "like", "newest", "send")
_DATABASE = ("query", "type Row", "stored")


def suite(plan: Plan, preamble: tuple[str, ...], tests: tuple[Test, ...]) -> SuiteView:
    """The view of a file: its imports follow from what it says."""
    body = "\n".join([*preamble, *(line for test in tests for line in test.lines)])
    factories = [f"insert{entity.name}" for entity in plan.entities]
    sources = (
        (_DATABASE, "../support/database.js"),
        (("same", "sendPlain"), "../support/plain.js"),
        ((*sorted(factories, key=text.natural), "newRegistration", "signIn"), "../support/rows.js"),
        (_SERVER, "../support/server.js"),
        (DRAWING, "../support/unique.js"),
    )
    imports = ["import assert from 'node:assert/strict';"] if mentions(body, "assert") else []
    imports += ["import { test } from 'node:test';"]
    for names, path in sources:
        used = [name for name in names if mentions(body, name.removeprefix("type "))]
        imports += [_import(used, path)] if used else []
    views = tuple(_view(test) for test in tests)
    return SuiteView(tuple(imports), preamble, views)


def _import(names: list[str], path: str) -> str:
    types = all(name.startswith("type ") for name in names)
    return text.import_line([name.removeprefix("type ") for name in names] if types else names, path, types=types)


def _view(test: Test) -> TestView:
    roles = tuple(text.string(role) for role in test.roles)
    title = f"`{test.title}`" if roles else text.string(test.title)
    return TestView(title, test.lines, roles)
