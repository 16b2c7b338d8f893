"""What a generated project's tests do, in no language: a closed set of statements that each stack prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.lowering.suites.expressions import (
    BODY,
    CALLER,
    AccountId,
    Expression,
    Members,
    Name,
    Object,
    Request,
    Row,
    Said,
    Stored,
)

__all__ = [
    "AllAre",
    "Arrangement",
    "AsBefore",
    "AtOnce",
    "Bind",
    "BindPath",
    "BodiesAreEqual",
    "BodyMaker",
    "Check",
    "ChecksOfLists",
    "ChecksOfRows",
    "EventsAre",
    "Exchange",
    "FaultsAre",
    "HeadersAre",
    "Insert",
    "IsBodyOf",
    "IsListed",
    "IsMember",
    "IsNewest",
    "Link",
    "ListAll",
    "LocationIs",
    "LogOut",
    "NewBody",
    "NewKey",
    "Omit",
    "OnceDone",
    "OnlyChanged",
    "OnlyListed",
    "PagesFollow",
    "ReadStored",
    "RefusedAs",
    "Register",
    "SameAnswer",
    "SameBothWays",
    "Send",
    "Shows",
    "SignIn",
    "Sorted",
    "Spoil",
    "Statement",
    "StatusIs",
    "StatusesAre",
    "StatusesAreOneOf",
    "StoredGone",
    "StoredIs",
    "StoredSet",
    "Test",
]


# Statements that prepare something.
@dataclass(frozen=True, slots=True)
class SignIn:
    """A new account with this role, and what is unusual about it."""

    role: str
    members: Members = ()
    name: Name = CALLER


@dataclass(frozen=True, slots=True)
class Insert:
    """A row, and what is unusual about it; without a name where nobody asks for its id."""

    entity: str
    members: Members
    name: Row | None


@dataclass(frozen=True, slots=True)
class Link:
    """Lets a row refer to one that was not there yet when it was inserted."""

    table: str
    column: str
    row: Row | AccountId
    target: Row | AccountId


@dataclass(frozen=True, slots=True)
class NewBody:
    """A usual body of a new row, and what is unusual about it, without some members."""

    entity: str
    members: Members = ()
    name: Name = BODY
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bind:
    """A name for a value."""

    name: Name
    value: Object


@dataclass(frozen=True, slots=True)
class BindPath:
    """A name for the path of the row in an answer."""

    name: Name
    base: str
    answer: Name


@dataclass(frozen=True, slots=True)
class Omit:
    """A body without some members."""

    name: Name
    of: Name
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoil:
    """A body with another value in one place: a member, or a member of the only item of a list."""

    name: Name
    of: Name
    members: tuple[str, ...]
    value: Expression


@dataclass(frozen=True, slots=True)
class NewKey:
    """An idempotency key that several requests share."""


@dataclass(frozen=True, slots=True)
class Register:
    """The caller registers and logs in by the front door."""


Arrangement = SignIn | Insert | Link | NewBody | Bind | BindPath | Omit | Spoil | NewKey | Register


# Statements that send something or look something up.
@dataclass(frozen=True, slots=True)
class Send:
    """A request and its answer; `plain` to the server that runs plain transactions."""

    name: Name
    request: Request
    plain: bool = False


@dataclass(frozen=True, slots=True)
class AtOnce:
    """The same request several times at once, as `answers`."""

    times: int
    request: Request


@dataclass(frozen=True, slots=True)
class ListAll:
    """Every row of a list, page by page, as `rows`."""

    request: Request


@dataclass(frozen=True, slots=True)
class ReadStored:
    """A stored row."""

    name: Name
    table: str
    row: Row | AccountId


Exchange = Send | AtOnce | ListAll | ReadStored


# Statements that compare.
@dataclass(frozen=True, slots=True)
class StatusIs:
    """An answer, or the answer to a request, has a status."""

    answer: Name | Request
    status: int


@dataclass(frozen=True, slots=True)
class RefusedAs:
    """An answer has a status and a code."""

    answer: Name
    status: int
    code: str


@dataclass(frozen=True, slots=True)
class FaultsAre:
    """An answer names these pointers or parameters and no others; with `status` also that."""

    answer: Name
    faults: tuple[str, ...]
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Shows:
    """An answer's body has the members of another body, with their values."""

    answer: Name
    expected: Name


@dataclass(frozen=True, slots=True)
class LocationIs:
    """The header of a new row's answer says where it is."""

    answer: Name
    base: str


@dataclass(frozen=True, slots=True)
class HeadersAre:
    """An answer has these headers."""

    answer: Name
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BodiesAreEqual:
    """Two answers have the same body."""

    answer: Name
    other: Name


@dataclass(frozen=True, slots=True)
class SameAnswer:
    """Two answers have the same status and body."""

    answer: Name
    other: Name


@dataclass(frozen=True, slots=True)
class IsMember:
    """A member of an answer's body has a value."""

    said: Said
    value: Expression


@dataclass(frozen=True, slots=True)
class IsBodyOf:
    """A member of an answer's body is the body of the answer to a request."""

    said: Said
    request: Request


@dataclass(frozen=True, slots=True)
class AsBefore:
    """A member of an answer's body is empty no more, or as another answer has it."""

    said: Said
    other: Said | None


@dataclass(frozen=True, slots=True)
class OnlyChanged:
    """An answer's body is that of an earlier one with a change."""

    answer: Name
    before: Name
    change: Name


@dataclass(frozen=True, slots=True)
class StatusesAre:
    """The answers have these statuses, sorted."""

    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatusesAreOneOf:
    """The answers have the statuses of one of these, sorted: what comes of a race that several ends are right for."""

    choices: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class OnceDone:
    """Some answers have this status, the others say that something else is under way."""

    status: int


@dataclass(frozen=True, slots=True)
class SameBothWays:
    """A request is answered alike in one round trip and in plain transactions."""

    request: Request


@dataclass(frozen=True, slots=True)
class LogOut:
    """The caller who has registered logs out, and the session cannot be refreshed."""


Check = (
    StatusIs
    | RefusedAs
    | FaultsAre
    | Shows
    | LocationIs
    | HeadersAre
    | BodiesAreEqual
    | SameAnswer
    | IsMember
    | IsBodyOf
    | AsBefore
    | OnlyChanged
    | StatusesAre
    | StatusesAreOneOf
    | OnceDone
    | SameBothWays
    | LogOut
)


# Statements about stored rows.
@dataclass(frozen=True, slots=True)
class StoredIs:
    """A column has a value; `number` where exact numbers are compared by what they are worth."""

    stored: Stored
    value: Expression
    number: bool = False


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A column has some value."""

    stored: Stored


@dataclass(frozen=True, slots=True)
class StoredGone:
    """The row is there no more."""

    table: str
    row: Row | AccountId


@dataclass(frozen=True, slots=True)
class EventsAre:
    """The outbox holds these events about a row, in this order; their subject is `prefix` and the row's id."""

    prefix: str
    row: Row | AccountId | Said
    events: tuple[str, ...]


ChecksOfRows = StoredIs | StoredSet | StoredGone | EventsAre


# Statements about lists.
@dataclass(frozen=True, slots=True)
class PagesFollow:
    """Two pages repeat no row, and these ones come first."""

    pages: tuple[Name, Name]
    first: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AllAre:
    """All of `rows` have this value and no other."""

    member: str
    value: Expression


@dataclass(frozen=True, slots=True)
class IsListed:
    """Whether a row is among `rows`."""

    row: Expression
    listed: bool


@dataclass(frozen=True, slots=True)
class OnlyListed:
    """`rows` are just this one."""

    row: Expression


@dataclass(frozen=True, slots=True)
class IsNewest:
    """Whether a row is on the newest page of a list."""

    request: Request
    row: Expression
    listed: bool


@dataclass(frozen=True, slots=True)
class Sorted:
    """A list can be sorted by a field both ways; exact numbers are texts on the wire."""

    request: Request
    field: str
    member: str
    kind: Literal["text", "number", "exact"]


ChecksOfLists = PagesFollow | AllAre | IsListed | OnlyListed | IsNewest | Sorted
Statement = Arrangement | Exchange | Check | ChecksOfRows | ChecksOfLists


@dataclass(frozen=True, slots=True)
class Test:
    """One test, or with `roles` one for each of them; then its title says `EACH_ROLE`."""

    __test__ = False

    title: str
    statements: tuple[Statement, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyMaker:
    """The function of a file that makes a usual body."""

    entity: str
    members: Members
