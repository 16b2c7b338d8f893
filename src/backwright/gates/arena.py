"""What the calls of one run share: the server, its database, accounts of every role, rows to fight over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from backwright.diagnostics import Diagnostic, Origin
from backwright.gates.accounts import Account, Accounts
from backwright.gates.bodies import Bodies
from backwright.gates.crowd import Call, rush
from backwright.gates.differences import differences
from backwright.gates.oracle import Oracle, Principal, Verdict
from backwright.gates.planting import Planter
from backwright.gates.state import Raw, State, Store
from backwright.gates.values import Values
from backwright.gates.wire import Connection, Reply
from backwright.plan.model import Plan, Rule

__all__ = ["Arena"]

_CALLERS = 4
_PLANTED = 1
_SERVER_ERROR = 500
Decision = Callable[[Oracle, Principal], Verdict]


@dataclass(slots=True)
class Arena:
    """Every run of calls begins from the same rows; `mismatch` is the code where they are not what the plan says."""

    plan: Plan
    url: str
    store: Store
    values: Values
    accounts: Accounts
    mismatch: str
    failures: list[Diagnostic] = field(default_factory=list)
    count: int = 0
    _people: dict[str, list[Principal]] = field(default_factory=dict)
    _start: Raw = field(default_factory=dict)

    def prepare(self) -> str:
        """Opens an account of every role and plants rows; which kinds of rows could not be planted."""
        roles = self.plan.identity.roles if self.plan.identity else ()
        people = [self.caller(role) for role in roles]
        known = tuple(each.id for each in people if each.id)
        planter = Planter(self.plan, self.store, self.values, known[0] if known else None)
        planter.populate(known)
        self._start = self.store.raw()
        return planter.unplanted()

    def reset(self) -> State:
        """Puts the rows back; what they are then."""
        self.put_back()
        return self.store.state(self._start)

    def put_back(self) -> None:
        """Puts the rows back; accounts that were opened meanwhile stay."""
        accounts = self.plan.identity.entity if self.plan.identity else ""
        found = self.store.raw()
        for key, row in found.get(accounts, {}).items():
            self._start[accounts].setdefault(key, row)
        self.store.restore(self._start, found)

    def caller(self, role: str) -> Principal:
        """The account of a role that rows may belong to."""
        return self.callers(role, _PLANTED)[0]

    def callers(self, role: str, count: int = _CALLERS) -> list[Principal]:
        """Accounts of a role, opened once."""
        known = self._people.setdefault(role, [])
        while len(known) < count:
            known.append(_principal(self.accounts.open(role)))
        return known[:count]

    def able(self, rule: Rule, count: int = _CALLERS) -> list[list[Principal]]:
        """For every role that the rule lets in, some callers; anonymous ones where it lets them in."""
        groups = [self.callers(role, count) for role in rule.roles] if self.plan.identity else []
        return [*groups, *([[Principal("anonymous")] * count] if rule.anonymous else [])]

    def newcomers(self, rule: Rule) -> list[Principal]:
        """As `able`, one of each, who had no account yet when rows were planted."""
        return [group[-1] for group in self.able(rule, _PLANTED + 1)]

    def oracle(self, state: State) -> Oracle:
        """Decides over a state."""
        return Oracle(self.plan, state, datetime.now(UTC))

    def bodies(self, state: State) -> Bodies:
        """Bodies over a state."""
        return Bodies(self.plan, self.oracle(state), self.values)

    def race(self, calls: Sequence[Call], origin: Origin, title: str) -> list[Reply]:
        """Sends the calls at once; failures of the server are failures of the race."""
        replies = rush(self.url, calls)
        self.count += len(calls)
        broken = [reply.status for reply in replies if reply.status >= _SERVER_ERROR or reply.status == 0]
        if broken:
            kinds = ", ".join(f"{broken.count(each)} times {each or 'no answer'}" for each in dict.fromkeys(broken))
            self.fail("gate/races-unavailable", f"{title}: of {len(calls)} requests at once, {kinds}", origin)
        return replies

    def alone(self, call: Call) -> Reply:
        """One call by itself."""
        self.count += 1
        connection = Connection(self.url)
        try:
            return connection.call(call.method, call.path, call.body, call.token, call.headers)
        finally:
            connection.close()

    def fail(self, code: str, message: str, origin: Origin) -> None:
        """Records a failure."""
        self.failures.append(Diagnostic(code, message, origin))

    def in_turn(self, state: State, callers: Iterable[Principal], decide: Decision) -> tuple[State, list[Verdict]]:
        """What one call after the other would do."""
        verdicts = []
        for who in callers:
            verdict = decide(self.oracle(state), who)
            verdicts.append(verdict)
            state = verdict.after or state
        return state, verdicts

    def settled(self, before: State, wanted: State, title: str, origin: Origin) -> None:
        """Compares the rows with those that some order of the calls would have left."""
        wrong = list(differences(self.plan, before, wanted, self.store.state()))
        if wrong:
            reason = f"{title}: the rows are not those that any order of the calls leaves: {'; '.join(wrong)[:500]}"
            self.fail(self.mismatch, reason, origin)


def _principal(account: Account) -> Principal:
    return Principal(account.role, account.role, account.id, account.token)
