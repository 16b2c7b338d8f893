"""Accounts, registered and signed in through the API, their roles given by the database's administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from backwright.gates.completion import Completion
from backwright.gates.consistency import Taken
from backwright.gates.layout import default_of, member, quoted, sent, table, to_json
from backwright.gates.planting import Planter
from backwright.gates.state import Store, id_of
from backwright.gates.values import Values
from backwright.gates.wire import Connection, Reply
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Plan, Reference

__all__ = ["PASSWORD", "Account", "Accounts", "SignInFailed"]

PASSWORD = "correct horse battery staple 7"  # noqa: S105 - of accounts that live as long as a gate

_TOKEN = re.compile(r"#token=([\w.-]+)")


class SignInFailed(Exception):
    """An account could not be opened or used; the message says how the project answered."""


@dataclass(frozen=True, slots=True)
class Account:
    """One who signs in."""

    id: UUID
    role: str
    login: str
    token: str
    refresh_token: str


@dataclass(slots=True)
class Accounts:
    """Opens accounts."""

    plan: Plan
    connection: Connection
    store: Store
    values: Values

    @property
    def entity(self) -> Entity:
        """The entity that signs in."""
        assert self.plan.identity
        return self.plan.entity(self.plan.identity.entity)

    @property
    def login(self) -> str:
        """The member that somebody logs in with."""
        assert self.plan.identity
        return self.plan.identity.login

    def profile(self, login: str | None = None) -> dict[str, object]:
        """The body of a registration that nothing stands in the way of, with a login of its own or this one."""
        taken = Taken()
        taken.add(self.entity, [row.values for row in self.store.state().all(self.entity)])
        completion = Completion(self.entity, taken, self.values)
        choices = {each.name: self._choices(completion, each) for each in self.entity.fields}
        assert self.plan.identity
        given: dict[str, Value] = {self.plan.identity.login: login} if login else {}
        found = completion.find(given, choices)
        if found is None:
            raise SignInFailed(
                f"no account can be registered beside those that are there: {', '.join(completion.obstacles)}"
            )
        body = {
            member(each): to_json(each.type, found[each.name])
            for each in sent(self.plan, self.entity)
            if found[each.name] is not None
        }
        return body | {"password": PASSWORD}

    def _choices(self, completion: Completion, each: Field) -> Iterator[Value]:
        preferred = None if each.optional else default_of(each)
        if isinstance(each.type, Reference):
            target = self.plan.entity(each.type.entity)
            yield from ([None] if each.optional else [])
            yield from (id_of(row) for row in self.store.state().all(target))
            planted = Planter(self.plan, self.store, self.values).plant(target, {})
            yield from ([planted] if planted else [])
        elif each.optional or preferred is not None:
            yield from completion.others(each, preferred)
        else:
            yield from completion.others(each, self.values.of(each.type))

    def open(self, role: str) -> Account:
        """A new account with that role, signed in."""
        assert self.plan.identity
        login = self.register(self.profile())
        email = self.entity.field(self.plan.identity.login)
        where = f"where {quoted(email)} = %s"
        self.store.execute(f"update {table(self.entity)} set role = %s {where}", [role, login])
        found = self.store.execute(f"select id from {table(self.entity)} {where}", [login])
        if not found:
            raise SignInFailed("registration was accepted, but there is no row of the account")
        tokens = self.sign_in(login)
        key = found[0][0]
        assert isinstance(key, UUID)
        return Account(key, role, login, str(tokens.member("accessToken")), str(tokens.member("refreshToken")))

    def register(self, body: dict[str, object]) -> str:
        """Registers and confirms the address; the login."""
        assert self.plan.identity
        answer = self.connection.call("POST", "/auth/register", body)
        if answer.status != 202:
            raise SignInFailed(f"registration answered {answer.status}: {answer.body[:300]}")
        login = str(body[self.login])
        self.confirm(login)
        return login

    def confirm(self, login: str) -> None:
        """Follows the link in the mail to a new account, or does past the API what it does."""
        if not self.mails(login):
            email = self.entity.field(self.login)
            owner = f"select id from {table(self.entity)} where {quoted(email)} = %s"
            self.store.execute(
                f"update internal.credentials set verified_at = now() where user_id = ({owner})", [login]
            )
            return
        answer = self.connection.call("POST", "/auth/verify", {"token": self.mailed_token(login)})
        if answer.status != 204:
            raise SignInFailed(f"verification answered {answer.status}: {answer.body[:300]}")

    def mailed_token(self, login: str) -> str:
        """The token in the newest mail, which is kept where no mail server is named."""
        mails = self.mails(login)
        token = _TOKEN.search(mails)
        if token is None:
            raise SignInFailed(f"no mail to {login} has a token: {mails[:300]}")
        return token[1]

    def mails(self, login: str) -> str:
        """Mails to an address, newest first; empty where no mailbox is served, as in production."""
        with closing(self.connection.below("")) as sandbox:
            answer = sandbox.call("GET", f"/sandbox/mails?to={quote(login)}")
        return "" if answer.status == 404 else answer.body

    def sign_in(self, login: str, password: str = PASSWORD) -> Reply:
        """Signs in; the answer with both tokens."""
        assert self.plan.identity
        answer = self.connection.call("POST", "/auth/login", {self.plan.identity.login: login, "password": password})
        if answer.status != 200 or not isinstance(answer.member("accessToken"), str):
            raise SignInFailed(f"login answered {answer.status}: {answer.body[:300]}")
        return answer
