"""What the architect has decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted, listed
from backwright.experts.model import Alternative, Case, Decision
from backwright.lowering.operations import all_routines, emitted, writes
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan

__all__ = ["decisions"]


def decisions(case: Case) -> Iterator[Decision]:
    """What this plan rests on."""
    yield _one_service(case.plan)
    if emits(case.plan):
        yield _outbox(case.plan)
    if called(case.plan):
        yield _calls(case.plan)
    if any(entity.lifecycle for entity in case.plan.entities):
        yield _lifecycles(case.plan)


def _one_service(plan: Plan) -> Decision:
    across = {
        each.routine.name
        for each in writes(plan)
        if len(
            {
                other.entity.whole or other.entity.name
                for other in writes(plan)
                if other.routine.name == each.routine.name
            }
        )
        > 1
    }
    written = counted(len(across), "operation or move writes", "operations and moves write")
    together = f" {written} rows of several kinds at once; in one database that is one transaction." if across else ""
    return Decision(
        seat="architect",
        slug="one-service",
        title="One service over one database",
        decided="Everything is served by one program, any number of copies of it, over one PostgreSQL database.",
        reason=f"The plan has {counted(len(plan.entities), 'entity', 'entities')} and "
        f"{counted(len(plan.operations), 'declared operation')}.{together}",
        alternatives=(
            Alternative("services by subject", "what must be true together would need compensations across networks"),
            Alternative("a document store", "references, unique keys and ranges would have to be kept by the program"),
        ),
        consequences="All of it is released together. The database bounds what can be promised about availability.",
    )


def _outbox(plan: Plan) -> Decision:
    sources = [routine for routine in all_routines(plan) if emitted(routine)]
    return Decision(
        seat="architect",
        slug="outbox",
        title="Events leave through an outbox in the database",
        decided="An event is a row that is committed with its cause; every server delivers such rows, at least once "
        "and in order.",
        reason=f"{counted(len(plan.events), 'kind of event', 'kinds of events')} from "
        f"{counted(len(sources), 'place', 'places')}: operations, moves, outcomes, jobs. Each must happen exactly "
        "when its cause does.",
        alternatives=(
            Alternative("a message broker", "another system to run, and a second commit that can fail after the first"),
            Alternative("sending after the commit", "an event is lost when the process ends in between"),
        ),
        consequences="Subscribers may see an event twice and must know its id. Delivered events stay for "
        "OUTBOX_RETENTION_HOURS.",
    )


def _calls(plan: Plan) -> Decision:
    made = [f"{port.name}.{call.name}" for port, calls in called(plan) for call in calls]
    return Decision(
        seat="architect",
        slug="calls-after-the-commit",
        title="Outside systems are asked after the commit",
        decided="An operation commits the intention; the call is made afterwards, with one key in all attempts, and "
        "its outcome is committed by steps of its own.",
        reason=f"{listed(made)} {'is an answer' if len(made) == 1 else 'are answers'} that no transaction can wait "
        "for: locks would be held for as long as somebody else takes.",
        alternatives=(
            Alternative("calling inside the transaction", "a rollback cannot take back what the other side has done"),
            Alternative("calling before it", "a crash in between leaves a call that nobody remembers"),
        ),
        consequences="The caller's answer comes before the outcome. What is refused for good waits for a person in "
        "internal.calls.",
    )


def _lifecycles(plan: Plan) -> Decision:
    found = [entity for entity in plan.entities if entity.lifecycle]
    moves = sum(len(entity.lifecycle.transitions) for entity in found if entity.lifecycle)
    return Decision(
        seat="architect",
        slug="states-move-by-transitions",
        title="States move by transitions alone",
        decided="A state is no field that bodies write: each move is a route with its own rule, and is refused from "
        "any other state.",
        reason=f"{listed([entity.name for entity in found])} {'has' if len(found) == 1 else 'have'} "
        f"{counted(moves, 'move')} in all; the database decides between two that come at once.",
        alternatives=(
            Alternative("a field that is updated", "nothing would say from where, and both of two moves would succeed"),
        ),
        consequences="A new state or move is a change of the blueprint, and of the contract.",
    )
