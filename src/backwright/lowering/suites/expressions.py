"""What a generated project's tests speak of, in no language: values, rows, answers, requests.

A name is either a row's, as its specimen is called (`Row`), or a word of the test itself (`Name`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.lowering.specimens.patterns import Pick
from backwright.lowering.specimens.values import Wire, Word

__all__ = [
    "ACCOUNT",
    "BODY",
    "CALLER",
    "EACH_ROLE",
    "AccountId",
    "AlreadyGiven",
    "Amount",
    "Constant",
    "Drawn",
    "DrawnDay",
    "DrawnNumber",
    "DrawnText",
    "Expression",
    "InTurn",
    "Inserted",
    "JsonText",
    "Listed",
    "Member",
    "Members",
    "Name",
    "Nowhere",
    "Object",
    "Path",
    "Request",
    "Row",
    "Said",
    "Stored",
    "Version",
]

# In a title and as the role that signs in: a test with `roles` runs for each of them.
EACH_ROLE = "{role}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as JSON carries it."""

    value: Wire


@dataclass(frozen=True, slots=True)
class JsonText:
    """A constant of any form, as JSON."""

    text: str


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact number without zeros at its end, compared as a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """An id that no row has."""


@dataclass(frozen=True, slots=True)
class InTurn:
    """One after the other of the few values that `column` has."""

    column: str
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DrawnNumber:
    """Another number every time; `places` says how many zeros follow where it is sent as text."""

    low: int
    high: int
    places: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """Another day every time, or an instant on it."""

    instant: bool


@dataclass(frozen=True, slots=True)
class DrawnText:
    """Another text every time."""

    pieces: tuple[str | Word | Pick, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The id of a row that the test has put there."""

    name: str


@dataclass(frozen=True, slots=True)
class Name:
    """What the test calls by this word."""

    word: str


@dataclass(frozen=True, slots=True)
class AccountId:
    """The id of somebody who has signed in."""

    account: Name


CALLER = Name("caller")
BODY = Name("body")
ACCOUNT = AccountId(CALLER)


@dataclass(frozen=True, slots=True)
class Inserted:
    """The id of a usual row, put there on the spot."""

    entity: str


@dataclass(frozen=True, slots=True)
class AlreadyGiven:
    """In a function that makes something: the row that its caller gives, or a usual one."""

    member: str
    entity: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a body, or a column of a row that was read."""

    of: Name
    member: str


@dataclass(frozen=True, slots=True)
class Said:
    """A member of an answer's body."""

    answer: Name
    member: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What a stored row has in a column."""

    table: str
    row: Row | AccountId
    column: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object with its members."""

    members: Members = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    items: tuple[Expression, ...]


Drawn = InTurn | DrawnNumber | DrawnDay | DrawnText
_Read = Row | Name | AccountId | Member | Said | Stored
Expression = Constant | JsonText | Amount | Nowhere | Drawn | _Read | Inserted | AlreadyGiven | Object | Listed
Members = tuple[tuple[str, Expression], ...]
Path = tuple[str | Expression, ...]
Version = Name | Literal["any", "stale"]


@dataclass(frozen=True, slots=True)
class Request:
    """How something is sent; `key` is `fresh`, or `shared` by all that are sent with `NewKey`.

    `means` is the version that a write is for: that of an answer, any, or one that never was. `has` is the answer that
    a reader has already.
    """

    method: str
    path: Path
    caller: Name | None = None
    body: Expression | None = None
    query: Members = ()
    key: Literal["fresh", "shared"] | None = None
    means: Version | None = None
    has: Name | None = None
