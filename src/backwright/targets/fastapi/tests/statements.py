"""Statements of the generated tests in Python; the formatter breaks the lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from backwright.lowering.suites.expressions import Amount, Constant, Expression, Member, Name, Request
from backwright.lowering.suites.statements import (
    AllAre,
    Arrangement,
    AsBefore,
    AtOnce,
    Bind,
    BindPath,
    BodiesAreEqual,
    Check,
    ChecksOfLists,
    ChecksOfRows,
    EventsAre,
    Exchange,
    FaultsAre,
    HeadersAre,
    Insert,
    IsBodyOf,
    IsListed,
    IsMember,
    IsNewest,
    Link,
    ListAll,
    LocationIs,
    LogOut,
    NewBody,
    NewKey,
    Omit,
    OnceDone,
    OnlyChanged,
    OnlyListed,
    PagesFollow,
    ReadStored,
    RefusedAs,
    Register,
    SameAnswer,
    SameBothWays,
    Send,
    Shows,
    SignIn,
    Sorted,
    Spoil,
    Statement,
    StatusesAre,
    StatusesAreOneOf,
    StatusIs,
    StoredGone,
    StoredIs,
    StoredSet,
)
from backwright.plan.naming import snake
from backwright.targets.fastapi.tests.expressions import (
    arguments,
    expression,
    parameters,
    read,
    role_of,
    route,
    send,
    variable,
)
from backwright.targets.fastapi.text import literal

__all__ = ["lines", "loose_names"]

_OfMany = OnlyChanged | StatusesAre | StatusesAreOneOf | OnceDone | SameBothWays | LogOut


def lines(statement: Statement, loose: frozenset[Name]) -> Iterator[str]:
    """Any statement; `loose` are the names of bodies whose members are read."""
    match statement:
        case SignIn() | Insert() | Link() | NewBody() | Bind() | BindPath() | Omit() | Spoil() | NewKey() | Register():
            yield from _arrangement(statement, loose)
        case Send() | AtOnce() | ListAll() | ReadStored():
            yield _exchange(statement)
        case StoredIs() | StoredSet() | StoredGone() | EventsAre():
            yield _check_of_rows(statement)
        case PagesFollow() | AllAre() | IsListed() | OnlyListed() | IsNewest() | Sorted():
            yield from _check_of_lists(statement)
        case _:
            yield from _check(statement)


def loose_names(statements: tuple[Statement, ...]) -> frozenset[Name]:
    """Bodies of which a member is taken apart or counted with, so that its type must not be narrow."""
    found = {each.of for each in statements if isinstance(each, Spoil)}
    read = [each.value for each in statements if isinstance(each, StoredIs) and each.number]
    return frozenset(found | {each.of for each in read if isinstance(each, Member)})


def _arrangement(statement: Arrangement, loose: frozenset[Name]) -> Iterator[str]:
    match statement:
        case SignIn(role, pairs, name):
            yield f"{variable(name)} = sign_in({', '.join((role_of(role), *arguments(pairs)))})"
        case Insert(entity, pairs, name):
            made = f"insert_{snake(entity)}({', '.join(arguments(pairs))})"
            yield f"{variable(name)} = {made}" if name else made
        case Link(table, column, row, target):
            change = literal(f"update {table} set {column} = %s where id = %s")
            yield f"query({change}, {read(target)}, {read(row)})"
        case NewBody(entity, pairs, name, without):
            made = f"new_{snake(entity)}({', '.join(arguments(pairs))})"
            left = ", ".join((made, *map(literal, without)))
            yield f"{variable(name)} = {f'without({left})' if without else made}"
        case Bind(name, value):
            kind = ": dict[str, Any]" if name in loose or not value.members else ""
            yield f"{variable(name)}{kind} = {expression(value)}"
        case BindPath(name, base, answer):
            yield f"{variable(name)} = f\"{base}/{{{variable(answer)}.json()['id']}}\""
        case Omit(name, of, left):
            yield f"{variable(name)} = without({', '.join((variable(of), *map(literal, left)))})"
        case Spoil(name, of, path, value):
            yield f"{variable(name)} = {_spoilt(variable(of), path, value)}"
        case NewKey():
            yield 'headers = {"Idempotency-Key": unique()}'
        case Register():
            yield "visitor = Visitor(client)"
            yield "session = visitor.tokens(visitor.registered())"
            yield 'caller = visitor.account(session["accessToken"])'
        case _:
            assert_never(statement)


def _spoilt(body: str, path: tuple[str, ...], value: Expression) -> str:
    member = literal(path[0])
    inner = f"[{_spoilt(f'{body}[{member}][0]', path[1:], value)}]" if len(path) > 1 else expression(value)
    return f"{{**{body}, {member}: {inner}}}"


def _exchange(statement: Exchange) -> str:
    match statement:
        case Send(name, request, plain):
            return f"{variable(name)} = {send(request, 'plain' if plain else 'client')}"
        case AtOnce(times, request):
            return f"answers = at_once({times}, lambda: {send(request)})"
        case ListAll(request):
            return f"rows = {_listed('all_rows', request)}"
        case ReadStored(name, table, row):
            return f"{variable(name)} = stored({literal(table)}, {read(row)})"
        case _:
            assert_never(statement)


def _listed(function: str, request: Request, order: str = "") -> str:
    query = parameters(request, (("sort", Constant(order)),) if order else ())
    return f"{function}({', '.join(('client', route(request.path), *query))})"


def _is(actual: str, value: Expression) -> str:
    """The comparison of a value, as the language compares it best."""
    alone = isinstance(value, Constant) and (value.value is None or isinstance(value.value, bool))
    return f"assert {actual} {'is' if alone else '=='} {expression(value)}"


def _check(statement: Check) -> Iterator[str]:
    match statement:
        case StatusIs(answer, status):
            said = send(answer) if isinstance(answer, Request) else variable(answer)
            yield f"assert {said}.status_code == {status}"
        case RefusedAs(answer, status, code):
            said = variable(answer)
            yield f'assert ({said}.status_code, {said}.json()["code"]) == ({status}, {literal(code)})'
        case FaultsAre(answer, faults, status):
            said, listed = variable(answer), f"[{', '.join(map(literal, faults))}]"
            yield (
                f"assert faults_of({said}) == {listed}"
                if status is None
                else (f"assert ({said}.status_code, faults_of({said})) == ({status}, {listed})")
            )
        case Shows(answer, expected):
            wanted = variable(expected)
            yield f"assert like({variable(answer)}.json(), {wanted}) == {wanted}"
        case LocationIs(answer, base):
            said = variable(answer)
            yield f'assert {said}.headers["location"] == f"{base}/{{{said}.json()[\'id\']}}"'
        case HeadersAre(answer, headers):
            for name, value in headers:
                yield f"assert {variable(answer)}.headers[{literal(name.lower())}] == {literal(value)}"
        case BodiesAreEqual(answer, other):
            yield f"assert {variable(answer)}.json() == {variable(other)}.json()"
        case SameAnswer(answer, other):
            one, two = variable(answer), variable(other)
            yield f"assert ({one}.status_code, {one}.content) == ({two}.status_code, {two}.content)"
        case IsMember(member, value):
            yield _is(read(member), value)
        case IsBodyOf(member, request):
            yield f"assert {read(member)} == {send(request)}.json()"
        case AsBefore(member, earlier):
            yield f"assert {read(member)} {f'== {read(earlier)}' if earlier else 'is not None'}"
        case _:
            yield from _check_of_many(statement)


def _check_of_many(statement: _OfMany) -> Iterator[str]:
    match statement:
        case OnlyChanged(answer, before, change):
            said = f"{variable(answer)}.json()"
            kept = f'"updatedAt": {said}["updatedAt"]'
            yield f"assert {said} == {{**{variable(before)}.json(), **{variable(change)}, {kept}}}"
        case StatusesAre(statuses):
            yield f"assert sorted(answer.status_code for answer in answers) == {list(statuses)}"
        case StatusesAreOneOf(choices):
            any_of = ", ".join(str(list(statuses)) for statuses in choices)
            yield f"assert sorted(answer.status_code for answer in answers) in ({any_of})"
        case OnceDone(status):
            yield "statuses = {answer.status_code for answer in answers}"
            yield f"assert {status} in statuses"
            yield f"assert statuses <= {{{status}, 409}}"
        case SameBothWays(request):
            given = (literal(request.method), route(request.path), *parameters(request))
            yield f"assert_same(client, plain, {', '.join(given)})"
        case LogOut():
            yield 'assert visitor.log_out(session["accessToken"]).status_code == 204'
            yield 'assert visitor.refresh(session["refreshToken"]).status_code == 401'
        case _:
            assert_never(statement)


def _check_of_rows(statement: ChecksOfRows) -> str:
    match statement:
        case StoredIs(stored, value, number):
            if number and not isinstance(value, Amount):
                return f"assert float({read(stored)}) == float({expression(value)})"
            return _is(read(stored), value)
        case StoredSet(stored):
            return f"assert {read(stored)}"
        case StoredGone(table, row):
            return f"assert not is_stored({literal(table)}, {read(row)})"
        case EventsAre(prefix, row, events):
            subject = read(row).replace('"', "'")
            return f'assert events_of(f"{prefix}{{{subject}}}") == [{", ".join(map(literal, events))}]'
        case _:
            assert_never(statement)


def _check_of_lists(statement: ChecksOfLists) -> Iterator[str]:
    match statement:
        case PagesFollow((one, two), first):
            pages = " + ".join(f'{variable(each)}.json()["items"]' for each in (one, two))
            yield f"ids = ids_of({pages})"
            yield "assert len(set(ids)) == len(ids)"
            yield f"assert set(ids[:{len(first)}]) == {{{', '.join(map(expression, first))}}}"
        case AllAre(member, value):
            yield f"assert {{row[{literal(member)}] for row in rows}} == {{{expression(value)}}}"
        case IsListed(row, listed):
            yield f"assert {expression(row)} {'in' if listed else 'not in'} ids_of(rows)"
        case OnlyListed(row):
            yield f"assert ids_of(rows) == [{expression(row)}]"
        case IsNewest(request, row, listed):
            found = _listed("newest", request)
            yield f"assert {expression(row)} {'in' if listed else 'not in'} {found}"
        case Sorted(request, field, member, kind):
            each = f"row[{literal(member)}]"
            each = f"float({each})" if kind == "exact" else each
            yield f"up = [{each} for row in {_listed('all_rows', request, field)}]"
            yield "assert up == sorted(up)"
            yield f"down = [{each} for row in {_listed('all_rows', request, f'-{field}')}]"
            yield "assert down == sorted(up, reverse=True)"
        case _:
            assert_never(statement)
