"""Expressions of the generated tests in TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from backwright.lowering.specimens.patterns import Pick
from backwright.lowering.specimens.values import Word
from backwright.lowering.suites.expressions import (
    EACH_ROLE,
    AccountId,
    AlreadyGiven,
    Amount,
    Constant,
    Drawn,
    DrawnDay,
    DrawnNumber,
    DrawnText,
    Expression,
    Inserted,
    InTurn,
    JsonText,
    Listed,
    Member,
    Members,
    Name,
    Nowhere,
    Object,
    Path,
    Request,
    Row,
    Said,
    Stored,
)
from backwright.targets.express import text

__all__ = ["Expressions", "members", "role_of", "variable"]

_MEANT = {"any": "'*'", "stale": "'\"stale\"'"}
_NOWHERE = "0198c0de-0000-7000-8000-00000000dead"
_TAKEN = frozenset(
    """
    again all answer answers arguments assert await before body break call caller careless case catch change class
    const continue debugger default delete do down else emptied empty encodeURIComponent end enum eval eventsOf
    expected export extends false faultsOf filled finally first for function headers ids idsOf if implements import
    in instanceof interface inTurn itemsOf key late left let like logIn login made new newest newRegistration null
    one other package password path pick private profile protected public query refresh refreshToken registered
    return role row rows same send sendPlain session shown signIn someDay someNumber sorted static stored stranger
    super switch tagOf test this throw token true try two typeof undefined unique up updatedAt var void while with
    wrong yield
    """.split()
)
_FUNCTION = re.compile(r"(?:insert|new)[A-Z]")


def variable(row: Row) -> str:
    """The constant that holds a row's id."""
    taken = row.name in _TAKEN or _FUNCTION.match(row.name)
    return f"{row.name}Row" if taken else row.name


def constant(value: str | int | bool | None) -> str:
    """A literal."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return text.string(value)


def members(pairs: Iterable[str]) -> str:
    """An object with its members."""
    inner = ", ".join(pairs)
    return f"{{ {inner} }}" if inner else "{}"


def role_of(role: str) -> str:
    """The role that signs in."""
    return "role" if role == EACH_ROLE else text.string(role)


@dataclass(slots=True)
class Expressions:
    """Prints expressions; `used` are the functions of the support modules that they call."""

    used: set[str] = field(default_factory=set)

    def call(self, function: str, *arguments: str) -> str:
        """A call of a support function."""
        self.used.add(function)
        return f"{function}({', '.join(arguments)})"

    def print(self, value: Expression) -> str:
        """Any expression."""
        match value:
            case Constant(constant_value):
                return constant(constant_value)
            case JsonText(said) | Amount(said):
                return said
            case Nowhere():
                return text.string(_NOWHERE)
            case Inserted(entity):
                return f"await {self.call(f'insert{entity}')}"
            case AlreadyGiven(member, entity):
                return f"given.{member} ?? (await {self.call(f'insert{entity}')})"
            case Object(pairs):
                return members(self.members(pairs))
            case Listed(items):
                return f"[{', '.join(map(self.print, items))}]"
            case InTurn() | DrawnNumber() | DrawnDay() | DrawnText():
                return self.drawn(value)
            case Row() | Name() | AccountId() | Member() | Said() | Stored():
                return self.read(value)
            case _:
                assert_never(value)

    def members(self, pairs: Members) -> list[str]:
        """The members of an object."""
        return [f"{name}: {self.print(value)}" for name, value in pairs]

    def read(self, value: Row | Name | AccountId | Member | Said | Stored) -> str:
        """What the test has at hand already."""
        match value:
            case Row():
                return variable(value)
            case Name(word):
                return word
            case AccountId(account):
                return f"{account.word}.id"
            case Member(of, member):
                return f"{of.word}.{member}"
            case Said(answer, member):
                return f"{answer.word}.body.{member}"
            case Stored(table, row, column):
                return f"(await {self.stored(table, row)})?.{column}"
            case _:
                assert_never(value)

    def stored(self, table: str, row: Row | AccountId) -> str:
        """A stored row."""
        return self.call("stored", f"'{table}'", self.read(row))

    def drawn(self, value: Drawn) -> str:
        """A value that is another one every time."""
        match value:
            case InTurn(column, values):
                return self.call("inTurn", f"'{column}'", f"[{', '.join(map(self.print, values))}]")
            case DrawnNumber(low, high, places):
                number = self.call("someNumber", str(low), str(high))
                if places:
                    return f"`${{{number}}}.{'0' * places}`"
                return number if places is None else f"String({number})"
            case DrawnDay(instant):
                day = self.call("someDay")
                return f"`${{{day}}}T09:00:00.000Z`" if instant else day
            case DrawnText(pieces):
                printed = [self._piece(piece) for piece in pieces]
                if len(printed) == 1 and printed[0].startswith("${"):
                    return printed[0][2:-1]
                return "`" + "".join(printed) + "`"
            case _:
                assert_never(value)

    def _piece(self, piece: str | Word | Pick) -> str:
        match piece:
            case str():
                return _quoted(piece)
            case Word():
                return f"${{{self.call('unique')}}}"
            case Pick(alphabet, count) if len(alphabet) == 1:
                return _quoted(alphabet * count)
            case Pick(alphabet, count):
                return f"${{{self.call('pick', text.string(alphabet), str(count))}}}"

    def path(self, path: Path, query: Members = ()) -> str:
        """A path as a string, or as a template where it has expressions."""
        parts = [*path, *(part for pair in _query(query) for part in pair)]
        if len(parts) == 1 and not isinstance(parts[0], str):
            return self.print(parts[0])
        printed = "".join(part if isinstance(part, str) else self._in_path(part) for part in parts)
        return f"`{printed}`" if "${" in printed else f"'{printed}'"

    def _in_path(self, value: Expression) -> str:
        match value:
            case Constant(said):
                return str(said) if isinstance(said, str) else constant(said)
            case Nowhere():
                return _NOWHERE
            case Member():
                return f"${{encodeURIComponent(String({self.read(value).replace('.', '?.', 1)}))}}"
            case _:
                return f"${{{self.print(value)}}}"

    def send(self, request: Request, function: str = "send") -> str:
        """A request and how it is answered."""
        options = [f"as: {request.caller.word}"] if request.caller else []
        if request.body is not None:
            body = self.print(request.body)
            options.append(body if body == "body" else f"body: {body}")
        headers = self._headers(request)
        if headers:
            options.append(f"headers: {members(headers)}")
        elif request.key == "shared":
            options.append("headers")
        where = self.path(request.path, request.query)
        return self.call(function, f"'{request.method}'", where, *([members(options)] if options else []))

    def _headers(self, request: Request) -> list[str]:
        found = [f"'idempotency-key': {self.call('unique')}"] if request.key == "fresh" else []
        match request.means:
            case Name(word):
                found.append(f"'if-match': {self.call('tagOf', word)}")
            case str(meant):
                found.append(f"'if-match': {_MEANT[meant]}")
            case None:
                pass
        if request.has:
            found.append(f"'if-none-match': {self.call('tagOf', request.has.word)}")
        return found

    def listed(self, function: str, request: Request, query: Members = ()) -> str:
        """The rows of a list."""
        options = [f"{{ as: {request.caller.word} }}"] if request.caller else []
        return self.call(function, self.path(request.path, (*request.query, *query)), *options)


def _query(query: Members) -> Iterable[tuple[str | Expression, ...]]:
    for at, (name, value) in enumerate(query):
        yield f"{'&' if at else '?'}{name}=", value


def _quoted(piece: str) -> str:
    return piece.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
