from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.business.problem import Fault, Problem, conflict, forbidden, invalid, not_found
from services.data.batch import Failed, Result, Row, Statement
from services.data.database import Transaction

Rows = list[Row]


class Called(NamedTuple):
    """The call that a routine follows from: its id, and the ids of the rows that its operation has named."""

    id: str
    rows: Mapping[str, str]


class Settled(Exception):
    """Somebody else has settled the call, and done what follows from it."""


class Turn(NamedTuple):
    """What a job has got to: a row, and who may go on with the run."""

    row: str
    claim: str


class Overtaken(Exception):
    """Somebody else goes on with the run."""


class Passed(Exception):
    """The row is no longer one that the job is for."""


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    values: Sequence[str]
    # Raises where the rows that the step selected say that the operation must not happen.
    refuse: Callable[[Rows], None] | None = None


async def perform(tx: Transaction, name: str, steps: Sequence[Step]) -> bytes:
    """Sends all steps in one round trip and returns the JSON that the last one selects; any refusal rolls everything back."""
    statements = [Statement(f"{name} {at}", step.text, step.values) for at, step in enumerate(steps)]
    try:
        results = await tx.send(*statements)
    except Failed as failure:
        _check(steps, failure.completed)
        raise
    _check(steps, results)
    return (results[-1].rows[0][0] if results[-1].rows else None) or b"null"


def _check(steps: Sequence[Step], results: Sequence[Result]) -> None:
    for step, result in zip(steps, results, strict=False):
        if step.refuse:
            step.refuse(result.rows)


def _faults(rows: Rows, message: str) -> list[Fault]:
    return [Fault(pointer=pointer.decode(), message=message) for (pointer, *_) in rows if pointer]


def unknown_references(rows: Rows) -> None:
    """The step selected the pointers of references to rows that the caller cannot see."""
    if rows:
        raise invalid(_faults(rows, "refers to nothing that you can see"))


def absent(rows: Rows) -> None:
    """The step selected something because the row in the path is not there or not visible."""
    if rows:
        raise not_found()


def refuse_as(status: int, code: str) -> Callable[[Rows], None]:
    """The step selected what stands in the way."""

    def refuse(rows: Rows) -> None:
        if rows:
            raise Problem(status, code, f"Refused: {code.replace('_', ' ')}.", faults=_faults(rows, code))

    return refuse


def denied(rows: Rows) -> None:
    """The step selected something although the caller may not do this."""
    if rows:
        raise forbidden()


def unless_movable(rows: Rows) -> None:
    """The step selected whether the caller may move the row, and whether its state allows the move."""
    if not rows:
        raise not_found()
    allowed, movable = rows[0]
    if allowed != b"t":
        raise forbidden()
    if movable != b"t":
        raise conflict("wrong_state", "The current state does not allow this.")


def unless_moved(rows: Rows) -> None:
    """The step selected the row that it moved."""
    if not rows:
        raise conflict("wrong_state", "The state has changed in the meantime.")


def unless_pending(rows: Rows) -> None:
    """The step selected the call that it settled."""
    if not rows:
        raise Settled


def unless_overtaken(rows: Rows) -> None:
    """The step selected the job whose run it goes on with."""
    if not rows:
        raise Overtaken


def unless_passed(rows: Rows) -> None:
    """The step selected something because the row has gone or changed."""
    if rows:
        raise Passed
