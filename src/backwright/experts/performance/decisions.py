"""What the performance engineer has decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted, listed
from backwright.experts.model import Alternative, Case, Decision
from backwright.experts.requirements import load
from backwright.lowering.caching import announced, cached
from backwright.lowering.operations import routines
from backwright.plan.indexes import all_steps
from backwright.plan.model import Plan

__all__ = ["decisions"]


def decisions(case: Case) -> Iterator[Decision]:
    """What this plan rests on."""
    yield _pages(case.plan)
    if any(routine.steps for routine in routines(case.plan)):
        yield _pipeline(case.plan)
    if cached(case.plan):
        yield _cache(case.plan)


def _pages(plan: Plan) -> Decision:
    lists = [entity for entity in plan.entities if entity.whole is None and entity.rule("read")]
    found = load(plan)
    expected = f" {found.rps} requests a second are expected of it." if found.rps else ""
    return Decision(
        seat="performance",
        slug="pages-by-cursor",
        title="Lists are pages by cursor, each one statement",
        decided="A page goes on behind the last row that was seen; parts and computed fields come with it in the same "
        "statement.",
        reason=f"{counted(len(lists), 'collection')} of any length.{expected} The last page costs what the first one "
        "does.",
        alternatives=(
            Alternative(
                "pages by number", "each further one reads all before it, and rows are skipped or repeated meanwhile"
            ),
            Alternative("a statement for each row's parts", "a page of 100 would be 101 round trips"),
        ),
        consequences="There is no total and no jump to page 50.",
    )


def _pipeline(plan: Plan) -> Decision:
    writing = [routine for routine in routines(plan) if routine.steps]
    steps = max(len(all_steps(routine.steps)) for routine in writing)
    return Decision(
        seat="performance",
        slug="one-round-trip",
        title="An operation is one transaction of few round trips",
        decided="The statements of an operation are sent together; loops are statements over sets of rows, and locks "
        "are taken in one order.",
        reason=f"{counted(len(writing), 'operation or move', 'operations and moves')} of up to "
        f"{counted(steps, 'step')}; waiting for each would multiply the way to the database.",
        alternatives=(
            Alternative("an object mapper", "it reads before it writes, row by row, and holds locks meanwhile"),
        ),
        consequences="A pooler in between must pool sessions. `DATABASE_PIPELINE=off` sends statements one by one.",
    )


def _cache(plan: Plan) -> Decision:
    kept = [f"{entity.name} ({entity.cached} s)" for entity in cached(plan)]
    return Decision(
        seat="performance",
        slug="kept-answers",
        title="Answers that everybody sees alike are kept in each server",
        decided="Answers are kept in memory and dropped as soon as something that they show is written, in every "
        "server.",
        reason=f"Everybody reads {listed(kept)} alike; writes to {counted(len(announced(plan)), 'table')} are "
        "announced by the database itself.",
        alternatives=(
            Alternative("a cache beside the servers", "a round trip each, and something else that can be out of date"),
            Alternative("an age alone", "who writes would not read back what was written"),
        ),
        consequences="Transactions that write to these tables commit one behind the other. RESPONSE_CACHE_BYTES "
        "bounds the memory.",
    )
