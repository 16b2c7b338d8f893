"""Statements of the generated tests in TypeScript, each on lines of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from backwright.lowering.suites.expressions import Amount, Constant, Members, Name, Request
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
from backwright.targets.express import text
from backwright.targets.express.tests.expressions import Expressions, members, role_of, variable

__all__ = ["Statements"]

_OfMany = OnlyChanged | StatusesAre | StatusesAreOneOf | OnceDone | SameBothWays | LogOut


class Statements(Expressions):
    """Prints statements."""

    def lines(self, statement: Statement) -> Iterator[str]:
        """Any statement."""
        match statement:
            case (
                SignIn()
                | Insert()
                | Link()
                | NewBody()
                | Bind()
                | BindPath()
                | Omit()
                | Spoil()
                | NewKey()
                | Register()
            ):
                yield from self.arrangement(statement)
            case Send() | AtOnce() | ListAll() | ReadStored():
                yield from self.exchange(statement)
            case StoredIs() | StoredSet() | StoredGone() | EventsAre():
                yield self.check_of_rows(statement)
            case PagesFollow() | AllAre() | IsListed() | OnlyListed() | IsNewest() | Sorted():
                yield from self.check_of_lists(statement)
            case _:
                yield from self.check(statement)

    def arrangement(self, statement: Arrangement) -> Iterator[str]:
        """What comes before the requests."""
        match statement:
            case SignIn(role, pairs, name):
                given = [members(self.members(pairs))] if pairs else []
                yield f"const {name.word} = await {self.call('signIn', role_of(role), *given)};"
            case Insert(entity, pairs, name):
                made = f"await {self.call(f'insert{entity}', *self._given(pairs))};"
                yield f"const {variable(name)} = {made}" if name else made
            case Link(table, column, row, target):
                change = text.string(f"update {table} set {column} = $2 where id = $1")
                yield f"await {self.call('query', change, self.read(row), self.read(target))};"
            case NewBody(entity, pairs, name, without):
                bound = (
                    members([*(f"{each}: _{each}" for each in without), f"...{name.word}"]) if without else name.word
                )
                yield f"const {bound} = await new{entity}({', '.join(self._given(pairs))});"
            case Bind(name, value):
                yield f"const {name.word} = {self.print(value)};"
            case BindPath(name, base, answer):
                yield f"const {name.word} = `{base}/${{{answer.word}.body.id}}`;"
            case Omit(name, of, left):
                yield f"const {members([*(f'{each}: _{each}' for each in left), f'...{name.word}'])} = {of.word};"
            case Spoil(name, of, (member,), value):
                yield f"const {name.word} = {{ ...{of.word}, {member}: {self.print(value)} }};"
            case Spoil(name, of, (member, inner), value):
                yield f"const [first] = {of.word}.{member};"
                changed = f"{{ ...first, {inner}: {self.print(value)} }}"
                yield f"const {name.word} = {{ ...{of.word}, {member}: [{changed}] }};"
            case Spoil():
                raise AssertionError("a body is spoilt in itself or in a list")
            case NewKey():
                yield f"const headers = {{ 'idempotency-key': {self.call('unique')} }};"
            case Register():
                yield from self._register()
            case _:
                assert_never(statement)

    def _given(self, pairs: Members) -> list[str]:
        return [members(self.members(pairs))] if pairs else []

    def _register(self) -> Iterator[str]:
        me = f"(await {self.call('send', *_ME)}).body.id"
        yield f"const {{ login }} = await {self.call('registered')};"
        yield f"const session = await {self.call('logIn', 'login')};"
        yield "const token = String(session.body.accessToken);"
        yield f"const caller = {{ token, id: String({me}) }};"

    def exchange(self, statement: Exchange) -> Iterator[str]:
        """Requests, and looks into the database."""
        match statement:
            case Send(name, request, plain):
                yield f"const {name.word} = await {self.send(request, 'sendPlain' if plain else 'send')};"
            case AtOnce(times, request):
                yield f"const call = () => {self.send(request)};"
                yield f"const answers = await Promise.all([{', '.join(['call()'] * times)}]);"
            case ListAll(request):
                yield f"const rows = await {self.listed('all', request)};"
            case ReadStored(name, table, row):
                yield f"const {name.word} = await {self.stored(table, row)};"
            case _:
                assert_never(statement)

    def check(self, statement: Check) -> Iterator[str]:
        """Comparisons of answers."""
        match statement:
            case StatusIs(answer, status):
                said = f"(await {self.send(answer)})" if isinstance(answer, Request) else answer.word
                yield f"assert.equal({said}.status, {status});"
            case RefusedAs(Name(word), status, code):
                yield f"assert.deepEqual([{word}.status, {word}.body.code], [{status}, '{code}']);"
            case FaultsAre(Name(word), faults, status):
                named, listed = self.call("faultsOf", word), ", ".join(map(text.string, faults))
                if status is None:
                    yield f"assert.deepEqual({named}, [{listed}]);"
                else:
                    yield f"assert.deepEqual([{word}.status, ...{named}], [{status}, {listed}]);"
            case Shows(Name(word), Name(expected)):
                yield f"assert.deepEqual({self.call('like', f'{word}.body', expected)}, {expected});"
            case LocationIs(Name(word), base):
                yield f"assert.equal({word}.headers.get('location'), `{base}/${{{word}.body.id}}`);"
            case HeadersAre(Name(word), headers):
                for name, value in headers:
                    yield f"assert.equal({word}.headers.get('{name.lower()}'), {text.string(value)});"
            case BodiesAreEqual(Name(word), Name(other)):
                yield f"assert.deepEqual({word}.body, {other}.body);"
            case SameAnswer(Name(word), Name(other)):
                yield f"assert.deepEqual([{word}.status, {word}.body], [{other}.status, {other}.body]);"
            case IsMember(member, value):
                yield f"assert.equal({self.read(member)}, {self.print(value)});"
            case IsBodyOf(member, request):
                yield f"assert.deepEqual({self.read(member)}, (await {self.send(request)}).body);"
            case AsBefore(member, earlier):
                actual = self.read(member)
                same = f"deepEqual({actual}, {self.read(earlier)})" if earlier else f"notEqual({actual}, null)"
                yield f"assert.{same};"
            case _:
                yield from self._check_of_many(statement)

    def _check_of_many(self, statement: _OfMany) -> Iterator[str]:
        match statement:
            case OnlyChanged(Name(word), Name(before), Name(change)):
                yield f"const {{ updatedAt }} = {word}.body;"
                yield f"assert.deepEqual({word}.body, {{ ...{before}.body, ...{change}, updatedAt }});"
            case StatusesAre(statuses):
                listed = ", ".join(map(str, statuses))
                yield f"assert.deepEqual(answers.map(({{ status }}) => status).sort(), [{listed}]);"
            case StatusesAreOneOf(choices):
                any_of = "|".join(",".join(map(str, statuses)) for statuses in choices)
                yield "const statuses = answers.map(({ status }) => status).sort();"
                yield f"assert.match(statuses.join(), /^({any_of})$/);"
            case OnceDone(status):
                yield f"assert.ok(answers.every(({{ status }}) => status === {status} || status === 409));"
                yield f"assert.ok(answers.some(({{ status }}) => status === {status}));"
            case SameBothWays(request):
                yield f"await {self.send(request, 'same')};"
            case LogOut():
                yield "assert.equal((await send('POST', '/v1/auth/logout', { as: caller })).status, 204);"
                yield "const { refreshToken } = session.body;"
                yield f"assert.equal((await {self.call('refresh', 'refreshToken')}).status, 401);"
            case _:
                assert_never(statement)

    def check_of_rows(self, statement: ChecksOfRows) -> str:
        """Comparisons of stored rows."""
        match statement:
            case StoredIs(stored, Amount(said), True):
                return f"assert.equal(Number({self.read(stored)}), {said});"
            case StoredIs(stored, value, True):
                return f"assert.equal(Number({self.read(stored)}), Number({self.print(value)}));"
            case StoredIs(stored, value):
                return f"assert.equal({self.read(stored)}, {self.print(value)});"
            case StoredSet(stored):
                return f"assert.ok({self.read(stored)});"
            case StoredGone(table, row):
                return f"assert.equal(await {self.stored(table, row)}, undefined);"
            case EventsAre(prefix, row, events):
                found = self.call("eventsOf", f"`{prefix}${{{self.read(row)}}}`")
                return f"assert.deepEqual(await {found}, [{', '.join(map(text.string, events))}]);"
            case _:
                assert_never(statement)

    def check_of_lists(self, statement: ChecksOfLists) -> Iterator[str]:
        """Comparisons of lists."""
        match statement:
            case PagesFollow((one, two), first):
                pages = [f"...{self.call('itemsOf', each.word)}" for each in (one, two)]
                joined = ", ".join(pages)
                yield f"const ids = {self.call('idsOf', f'[{joined}]')};"
                yield "assert.equal(new Set(ids).size, ids.length);"
                ids = ", ".join(map(self.print, first))
                yield f"assert.deepEqual(new Set(ids.slice(0, {len(first)})), new Set([{ids}]));"
            case AllAre(member, value):
                yield f"assert.deepEqual(new Set(rows.map((row) => row.{member})), new Set([{self.print(value)}]));"
            case IsListed(row, listed):
                no = "" if listed else "!"
                yield f"assert.ok({no}{self.call('idsOf', 'rows')}.includes({self.print(row)}));"
            case OnlyListed(row):
                yield f"assert.deepEqual({self.call('idsOf', 'rows')}, [{self.print(row)}]);"
            case IsNewest(request, row, listed):
                no = "" if listed else "!"
                yield f"assert.ok({no}(await {self.listed('newest', request)}).includes({self.print(row)}));"
            case Sorted():
                yield from self._sorted(statement)
            case _:
                assert_never(statement)

    def _sorted(self, order: Sorted) -> Iterator[str]:
        convert, compare = ("String", "") if order.kind == "text" else ("Number", "(a, b) => a - b")
        read = f".map((row) => {convert}(row.{order.member}))"
        up = self.listed("all", order.request, (("sort", Constant(order.field)),))
        down = self.listed("all", order.request, (("sort", Constant(f"-{order.field}")),))
        yield f"const up = (await {up}){read};"
        yield f"const sorted = up.toSorted({compare});"
        yield "assert.deepEqual(up, sorted);"
        yield f"const down = (await {down}){read};"
        yield "assert.deepEqual(down, sorted.toReversed());"


_ME = ("'GET'", "'/v1/me'", "{ as: { token } }")
