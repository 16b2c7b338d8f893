"""Expressions of the generated tests in Python."""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Iterable
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
from backwright.plan.naming import snake
from backwright.targets.fastapi.text import literal

__all__ = ["arguments", "expression", "members", "parameters", "read", "role_of", "route", "send", "variable"]

_MEANT = {"any": '"*"', "stale": "'\"stale\"'"}
_TAKEN = frozenset(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *"again all_rows answer answers at_once before body caller careless change client emptied".split(),
        *"empty end events_of expected faults_of filled first given headers httpx ids ids_of in_turn".split(),
        *"is_stored late left like made newest one other path pick plain pytest query role row rows".split(),
        *"session shown sign_in some_day some_number statuses stored stranger tag_of two unique up".split(),
        *"visitor without wrong".split(),
    }
)
_FUNCTION = re.compile("(?:insert|new|test)_")


def variable(value: Row | Name) -> str:
    """The variable that holds a row's id, or what the test calls by a word."""
    if isinstance(value, Name):
        return snake(value.word)
    name = snake(value.name)
    return f"{name}_row" if name in _TAKEN or _FUNCTION.match(name) else name


def role_of(role: str) -> str:
    """The role that signs in."""
    return "role" if role == EACH_ROLE else literal(role)


def expression(value: Expression) -> str:
    """Any expression."""
    match value:
        case Constant(constant):
            return literal(constant)
        case JsonText(text):
            return repr(json.loads(text))
        case Amount(text):
            return text
        case Nowhere():
            return "NOWHERE"
        case Inserted(entity):
            return f"insert_{snake(entity)}()"
        case AlreadyGiven(member, entity):
            return f"given.get({literal(member)}) or insert_{snake(entity)}()"
        case Object(pairs):
            return f"{{{', '.join(members(pairs))}}}"
        case Listed(items):
            return f"[{', '.join(map(expression, items))}]"
        case InTurn() | DrawnNumber() | DrawnDay() | DrawnText():
            return _drawn(value)
        case Row() | Name() | AccountId() | Member() | Said() | Stored():
            return read(value)
        case _:
            assert_never(value)


def members(pairs: Members) -> list[str]:
    """The members of a dictionary."""
    return [f"{literal(name)}: {expression(value)}" for name, value in pairs]


def arguments(pairs: Members) -> list[str]:
    """The members as keyword arguments; a name that Python does not take as one in a dictionary."""
    plain = [(name, value) for name, value in pairs if name.isidentifier() and not keyword.iskeyword(name)]
    other = tuple(pair for pair in pairs if pair not in plain)
    spread = [f"**{expression(Object(other))}"] if other else []
    return [*(f"{name}={expression(value)}" for name, value in plain), *spread]


def read(value: Row | Name | AccountId | Member | Said | Stored) -> str:
    """What the test has at hand already."""
    match value:
        case Row() | Name():
            return variable(value)
        case AccountId(account):
            return f"{variable(account)}.id"
        case Member(of, member):
            return f"{variable(of)}[{literal(member)}]"
        case Said(answer, member):
            return f"{variable(answer)}.json()[{literal(member)}]"
        case Stored(table, row, column):
            return f"stored({literal(table)}, {read(row)})[{literal(column)}]"
        case _:
            assert_never(value)


def _drawn(value: Drawn) -> str:
    match value:
        case InTurn(column, values):
            return f"in_turn({literal(column)}, [{', '.join(map(expression, values))}])"
        case DrawnNumber(low, high, places):
            number = f"some_number({low}, {high})"
            if places:
                return f'f"{{{number}}}.{"0" * places}"'
            return number if places is None else f"str({number})"
        case DrawnDay(instant):
            return 'f"{some_day()}T09:00:00.000Z"' if instant else "some_day()"
        case DrawnText(pieces):
            return " + ".join(map(_piece, pieces))
        case _:
            assert_never(value)


def _piece(piece: str | Word | Pick) -> str:
    match piece:
        case str():
            return literal(piece)
        case Word():
            return "unique()"
        case Pick(alphabet, count) if len(alphabet) == 1:
            return literal(alphabet * count)
        case Pick(alphabet, count):
            return f"pick({literal(alphabet)}, {count})"


def route(path: Path) -> str:
    """A path as a string, or as an f-string where it has expressions."""
    if len(path) == 1 and not isinstance(path[0], str):
        return expression(path[0])
    pieces = [str(part.value) if isinstance(part, Constant) else part for part in path]
    if all(isinstance(piece, str) for piece in pieces):
        return literal("".join(map(str, pieces)))
    return f'f"{"".join(map(_in_path, pieces))}"'


def _in_path(piece: str | Expression) -> str:
    if isinstance(piece, str):
        return literal(piece)[1:-1].replace("{", "{{").replace("}", "}}")
    return f"{{{expression(piece)}}}".replace('"', "'")


def parameters(request: Request, query: Members = ()) -> list[str]:
    """What goes with a path, as httpx names it."""
    query = (*request.query, *query)
    found = [f"params={expression(Object(query))}"] if query else []
    found += [f"auth={variable(request.caller)}"] if request.caller else []
    headers = _headers(request)
    if headers:
        found.append(f"headers={{{', '.join(headers)}}}")
    elif request.key == "shared":
        found.append("headers=headers")
    return found + ([f"json={expression(request.body)}"] if request.body is not None else [])


def _headers(request: Request) -> list[str]:
    found = ['"Idempotency-Key": unique()'] if request.key == "fresh" else []
    match request.means:
        case Name() as answer:
            found.append(f'"If-Match": tag_of({variable(answer)})')
        case str(meant):
            found.append(f'"If-Match": {_MEANT[meant]}')
        case None:
            pass
    return [*found, *([f'"If-None-Match": tag_of({variable(request.has)})'] if request.has else [])]


def send(request: Request, client: str = "client") -> str:
    """A request and how it is answered; httpx lets only some methods carry a body."""
    rest: Iterable[str] = (route(request.path), *parameters(request))
    if request.body is not None and request.method in ("GET", "DELETE"):
        return f"{client}.request({', '.join((literal(request.method), *rest))})"
    return f"{client}.{request.method.lower()}({', '.join(rest)})"
