"""Who may do what, proven cell by cell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from backwright.gates.accounts import Account, Accounts, SignInFailed
from backwright.gates.bodies import Bodies
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.planting import Planter
from backwright.gates.policy.assignment import Assignments
from backwright.gates.policy.cells import Cell, Cells
from backwright.gates.policy.documented import documented_statuses, read_parameters
from backwright.gates.policy.emissions import Emissions
from backwright.gates.policy.inclusion import Inclusion
from backwright.gates.policy.judge import Judge, canaries
from backwright.gates.policy.row_security import RowSecurity
from backwright.gates.state import Raw, State, Store
from backwright.gates.system import Database, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection, Reply
from backwright.plan.model import Plan

__all__ = ["GATE", "PolicyGate"]

_LIFETIME = 1
_DELIVERY_VARIABLE = "OUTBOX"
_LIFETIME_VARIABLE = "ACCESS_TOKEN_SECONDS"

_SHOWN = 40
_PAGE = 25


@dataclass(slots=True)
class _Run:
    """One pass over the matrix."""

    plan: Plan
    connection: Connection
    store: Store
    judge: Judge
    before: State
    raw: Raw
    digests: dict[str, str]
    emissions: Emissions
    inclusion: Inclusion
    failures: list[Diagnostic] = field(default_factory=list)
    count: int = 0

    def cell(self, cell: Cell) -> None:
        """Sends the request and judges what came of it."""
        self.count += 1
        if cell.shown is not None:
            self.failures += self._listed(cell)
            return
        headers = {"Idempotency-Key": str(uuid4())} if cell.idempotent else {}
        if cell.version:
            # Whoever cannot read the row means any version of it.
            headers["If-Match"] = self.connection.call("GET", cell.version, None, cell.who.token).header("etag") or "*"
        answer = self.connection.call(cell.method, cell.path, cell.body, cell.who.token, headers)
        self.failures += self.judge.answer(cell, answer)
        if cell.included and answer.status == 200:
            self.failures += self.inclusion.judge(cell, [answer.json])
        if cell.method != "GET":
            self._effect(cell, answer)

    def _effect(self, cell: Cell, answer: Reply) -> None:
        self.failures += self.emissions.judge(cell, answer)
        digests = self.store.digests()
        if digests == self.digests:
            if answer.status < 400 and cell.verdict.after is not None:
                self.failures += self.judge.effect(cell, answer, self.before, self.before)
            return
        found = self.store.raw()
        if found != self.raw:
            self.failures += self.judge.effect(cell, answer, self.before, self.store.state(found))
            self.store.restore(self.raw, found)
        elif answer.status >= 400:
            tables = [name for name, digest in digests.items() if digest != self.digests.get(name)]
            reason = f"{cell.title}: refused, yet {', '.join(tables)} changed"
            self.failures.append(Diagnostic("gate/policy-write", reason, cell.origin))
        self.digests = self.store.digests()

    def _listed(self, cell: Cell) -> Iterator[Diagnostic]:
        found: list[str] = []
        cursor: object = None
        path = f"{cell.path}{'&' if '?' in cell.path else '?'}"
        while True:
            answer = self.connection.call(
                "GET", f"{path}limit={_PAGE}{f'&cursor={cursor}' if cursor else ''}", None, cell.who.token
            )
            yield from self.judge.answer(cell, answer)
            items = answer.member("items")
            if answer.status != 200 or not isinstance(items, list):
                return
            found += [str(item.get("id")) for item in items]
            if cell.included:
                yield from self.inclusion.judge(cell, items)
            cursor = answer.member("nextCursor")
            if not cursor:
                break
        wanted = sorted(str(key) for key in cell.shown or ())
        if sorted(found) != wanted:
            extra, missing = set(found) - set(wanted), set(wanted) - set(found)
            twice = len(found) - len(set(found))
            reason = f"{cell.title}: {len(extra)} rows too many, {len(missing)} missing, {twice} twice"
            yield Diagnostic("gate/policy-list", reason, cell.origin)


class PolicyGate:
    """The whole matrix of principals, operations and rows, each answer decided from the plan alone."""

    name = "policy"

    def run(self, system: System) -> GateResult:
        started = time.monotonic()
        try:
            count, failures, unplanted = _matrix(system)
        except SignInFailed as problem:
            count, failures, unplanted = 0, [Diagnostic("gate/policy-sign-in", str(problem), Origin())], ""
        failures = list(dict.fromkeys(failures))
        hidden = "" if len(failures) <= _SHOWN else f"{len(failures)} failures, {_SHOWN} shown. "
        return GateResult(
            self.name,
            "failed" if failures or not count else "passed",
            count,
            "cells",
            tuple(failures[:_SHOWN]),
            f"{hidden}{unplanted}".strip(),
            round(time.monotonic() - started, 3),
            "the plan's rules over the rows of the database",
        )


def _matrix(system: System) -> tuple[int, list[Diagnostic], str]:
    """How many cells, what failed, and which rows the cells could not be aimed at."""
    plan = system.plan
    with (
        system.migrated() as database,
        closing(Store(plan, database.admin)) as store,
        # Nothing may change by itself between two looks at the tables.
        system.serve(
            database, {_DELIVERY_VARIABLE: "off"} if _DELIVERY_VARIABLE in _variables(system) else {}
        ) as server,
    ):
        connection, values = Connection(server.url), Values()
        accounts = Accounts(plan, connection, store, values)
        expired = _expired(system, database, accounts)
        people = _people(plan, accounts)
        principals = _principals(people, expired)
        newcomers = tuple(_principal(accounts.open(role)) for role in (plan.identity.roles if plan.identity else ()))
        owners = tuple(each.id for each in people)
        planter = Planter(plan, store, values, owners[-1] if owners else None)
        planter.populate(owners)
        said = planter.unplanted()
        if plan.identity and expired is None:
            said = f"No expired token was tried: the contract names no {_LIFETIME_VARIABLE}. {said}".strip()
        raw = store.raw()
        state = store.state(raw)
        oracle = Oracle(plan, state, datetime.now(UTC))
        document = system.folder / str(system.contract["openapi"])
        judge = Judge(plan, oracle, canaries(plan, state), documented_statuses(document))
        bodies = Bodies(plan, oracle, values)
        emissions, inclusion = Emissions(plan, store, state), Inclusion(plan, oracle, connection)
        run = _Run(plan, connection, store, judge, state, raw, store.digests(), emissions, inclusion)
        database_alone = RowSecurity(plan, oracle, database.application, bodies)
        database_alone.run(principals)
        for cell in Cells(plan, oracle, principals, bodies, read_parameters(document), newcomers).all():
            run.cell(cell)
        for cell in Assignments(plan, oracle, principals, bodies).all(accounts if plan.identity else None):
            run.cell(cell)
        connection.close()
        return run.count + database_alone.count, [*run.failures, *database_alone.failures], said


def _expired(system: System, database: Database, accounts: Accounts) -> str | None:
    """A token whose time has passed, in whole seconds on both sides, from a server configured so."""
    if system.plan.identity is None or _LIFETIME_VARIABLE not in _variables(system):
        return None
    with system.serve(database, {_LIFETIME_VARIABLE: str(_LIFETIME)}) as server:
        connection = Connection(server.url)
        account = replace(accounts, connection=connection).open(system.plan.identity.roles[-1])
        connection.close()
    time.sleep(_LIFETIME + 1.1)
    return account.token


def _variables(system: System) -> list[object]:
    """The names of what configures the project."""
    variables = system.contract.get("variables")
    return [each.get("name") for each in variables if isinstance(each, dict)] if isinstance(variables, list) else []


def _people(plan: Plan, accounts: Accounts) -> list[Account]:
    """An account of each role, then a second one of each, whose rows are foreign to all that ask."""
    roles = plan.identity.roles if plan.identity else ()
    return [accounts.open(role) for role in (*roles, *roles)]


def _principals(people: list[Account], expired: str | None) -> tuple[Principal, ...]:
    named = [_principal(each) for each in people[: len(people) // 2]]
    broken = []
    if people:
        wrong = {"a garbage": "garbage", "a tampered": _tampered(people[0].token), "an expired": expired}
        broken = [Principal(f"{kind} token", None, None, token, valid=False) for kind, token in wrong.items() if token]
    return (Principal("anonymous"), *named, *broken)


def _principal(account: Account) -> Principal:
    return Principal(account.role, account.role, account.id, account.token)


def _tampered(token: str) -> str:
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


GATE = PolicyGate()
