"""What the database specialist has decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted, listed
from backwright.experts.model import Alternative, Case, Decision
from backwright.experts.steps import counts
from backwright.lowering.relational.tables import tables
from backwright.plan.model import Plan

__all__ = ["decisions"]


def decisions(case: Case) -> Iterator[Decision]:
    """What this plan rests on."""
    yield _keys(case.plan)
    yield _indexes(case.plan)
    numbers = list(dict.fromkeys(f"{each.entity.name}.{each.field.name}" for each in counts(case.plan)))
    if numbers:
        yield _counters(numbers)


def _keys(plan: Plan) -> Decision:
    unique = sum(field.unique for entity in plan.entities for field in entity.fields)
    return Decision(
        seat="database",
        slug="time-ordered-ids",
        title="Ids are UUIDs of version 7",
        decided="Every row has an id that begins with the time at which it was made (RFC 9562), and lists follow it.",
        reason=f"{counted(len(plan.entities), 'kind of row', 'kinds of rows')} may be made by several servers at once; "
        f"{counted(unique, 'unique field')} beside the id can change without moving a reference.",
        alternatives=(
            Alternative("numbers from a sequence", "they tell how many there are, and can be counted through"),
            Alternative("random UUIDs", "they scatter over the index and say nothing about the order"),
        ),
        consequences="An id tells when its row was made. A page is continued from an id, never from a count.",
    )


def _indexes(plan: Plan) -> Decision:
    found = [index for table in tables(plan) for index in table.indexes]
    declared = sum(len(entity.indexes) for entity in plan.entities)
    unique = sum(index.unique for index in found)
    return Decision(
        seat="database",
        slug="indexes-by-use",
        title="Indexes follow what can be asked",
        decided="Every reference, filter and sort of a list has an access path; what several fields answer together "
        "is declared.",
        reason=f"{counted(len(found), 'index', 'indexes')}, {unique} of them unique, on "
        f"{counted(len(plan.entities), 'table')}; {declared} declared, the others follow from fields and routes.",
        alternatives=(Alternative("indexes when something is slow", "the first who notices is a user"),),
        consequences="A field that is listed by costs something with each write. Optional texts and times have no "
        "index of their own.",
    )


def _counters(numbers: list[str]) -> Decision:
    return Decision(
        seat="database",
        slug="counted-in-one-statement",
        title="Numbers are counted by the update that checks them",
        decided="What operations count is changed by an update that states the change and is refused by the range, "
        "under the row's lock.",
        reason=f"{listed(numbers)} {'is' if len(numbers) == 1 else 'are'} counted by several callers at once; no two "
        "of them can take the same last one.",
        alternatives=(
            Alternative("reading, then writing", "two readers see the same number and both succeed"),
            Alternative(
                "serializable transactions throughout", "every one must be ready to be repeated, also those that read"
            ),
        ),
        consequences="Callers of the same row wait for each other for as long as one transaction takes.",
    )
