"""Tests of includes: a row is shown with those it refers to, each as its own address shows it."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import collection
from backwright.lowering.suites.arranging import arranged, inserted
from backwright.lowering.suites.creation import tells_time
from backwright.lowering.suites.expressions import CALLER, Constant, Name, Request, Said
from backwright.lowering.suites.setting import Setting
from backwright.lowering.suites.statements import IsBodyOf, IsMember, Send, Statement, StatusIs, Test
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.routes import BASE

__all__ = ["include_tests"]


def include_tests(at: Setting) -> Iterator[Test]:
    """The references that the row has itself; none where it has no such row."""
    world, shown, targets = at.case.world, Name("shown"), {}
    for each in includes(at.plan, at.entity):
        target = world.rows[at.case.this].values.get(each.name)
        if isinstance(target, str) and target in world.rows and not tells_time(each.target):
            targets[each.name] = target
    if not targets:
        return
    names = ("include", Constant(",".join(targets)))
    statements: list[Statement] = [
        *arranged(world, (at.case.this, *targets.values())),
        Send(shown, at.request("GET", at.this, query=(names,))),
        StatusIs(shown, 200),
    ]
    for name, target in targets.items():
        said, address = Said(shown, name), f"{BASE}/{collection(world.rows[target].entity)}/"
        if world.visible(target):
            own = Request("GET", (address, inserted(world, target)), CALLER if at.case.role else None)
            statements.append(IsBodyOf(said, own))
        else:
            statements.append(IsMember(said, Constant(None)))
    thing = a(words(at.entity.name))
    title = f"when {thing} is read with what it refers to, then each is shown as the caller may see it"
    yield Test(title, tidy(statements))
