"""What the faults of one run share, and what every answer is held to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from backwright.diagnostics import Origin
from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.faults.ledger import Ledger
from backwright.gates.faults.load import Load, Outcome, attempt
from backwright.gates.faults.proxy import Proxy
from backwright.gates.system import Cluster, Database, Server, System

__all__ = ["DEADLINE", "Stage", "named"]

NOTHING: Mapping[str, str] = MappingProxyType({})
TIMEOUTS = {"DATABASE_TIMEOUT_MS": "1500", "DATABASE_CONNECT_TIMEOUT_MS": "500"}
DEADLINE = 4.0
"""Seconds: both timeouts of the database, and two for a busy machine."""
RECOVERY = 5.0
_STEADY = 0.7
_UNAVAILABLE, _SERVER_ERROR = 503, 500


@dataclass(frozen=True, slots=True)
class Stage:
    """A project on a PostgreSQL of its own, and a proxy on the way to it."""

    system: System
    cluster: Cluster | None
    database: Database
    arena: Arena
    proxy: Proxy
    left_out: list[str] = field(default_factory=list)

    @contextmanager
    def server(
        self, *, proxied: bool = False, unhurried: bool = False, settings: Mapping[str, str] = NOTHING
    ) -> Iterator[Server]:
        """A server with short limits for the database unless `unhurried`, which it may reach through the proxy.

        `settings` are further variables, of which those that the project has are set.
        """
        hurry = {name: value for name, value in TIMEOUTS.items() if self.knows(name) and not unhurried}
        database = replace(self.database, application=self.proxy.url) if proxied else self.database
        more = {name: value for name, value in settings.items() if self.knows(name)}
        with self.system.serve(database, {**hurry, **more}) as server:
            yield server

    def knows(self, *names: str) -> bool:
        """Whether the project has these variables."""
        listed = self.system.contract.get("variables")
        known = {each["name"] for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()
        return known.issuperset(names)

    @contextmanager
    def load(self, ledger: Ledger, *urls: str) -> Iterator[Load]:
        """Requests for as long as the block takes, after a moment in which nothing is broken."""
        with Load(list(urls), ledger.calls()) as load:
            time.sleep(0.5)
            yield load

    def judge(self, outcomes: Sequence[Outcome], title: str, *, unanswered: int = 0, refused: bool = True) -> None:
        """Every answer comes in time and is documented; `refused` allows 503, `unanswered` so many without any."""
        self.arena.count += len(outcomes)
        silent = [each for each in outcomes if each.reply.status == 0]
        if len(silent) > unanswered:
            self.fail("gate/faults-answer", f"{title}: {len(silent)} of {len(outcomes)} requests got no answer")
        late = [each for each in outcomes if each.seconds > DEADLINE]
        if late:
            worst = max(late, key=lambda each: each.seconds)
            said = f"{title}: {len(late)} answers took more than {DEADLINE:g} s; {named(worst)} {worst.seconds:.1f} s"
            self.fail("gate/faults-answer", said)
        for each in outcomes:
            wrong = _wrong(each, refused)
            if wrong:
                self.fail("gate/faults-answer", f"{title}: {named(each)} answered {each.reply.status}, {wrong}")
                break

    def health(self, url: str, title: str, *, ready: bool) -> None:
        """`/livez` says that the process runs; `/readyz` says whether it can work."""
        for path, wanted in (("/livez", 200), (str(self.system.contract.get("health")), 200 if ready else 503)):
            found = probe(url, path)
            self.arena.count += 1
            if found.reply.status != wanted:
                reason = f"{title}: {path} answered {found.reply.status or 'nothing'}, not {wanted}"
                self.fail("gate/faults-health", reason)

    def recovered(self, load: Load, url: str, title: str) -> None:
        """Soon after the fault has ended everything works again, without a restart, and stays so for a while."""
        ended = time.monotonic()
        while True:
            time.sleep(0.1)
            now = time.monotonic()
            recent = load.between(max(ended, now - _STEADY), now)
            if now - ended >= _STEADY and recent and all(each.known for each in recent):
                break
            if now - ended > RECOVERY + _STEADY:
                wrong = next((each for each in recent if not each.known), None)
                said = f"{named(wrong)} answers {wrong.reply.status or 'nothing'}" if wrong else "nothing is answered"
                self.fail("gate/faults-recovery", f"{title}: {RECOVERY:g} s after its end {said}")
                return
        self.health(url, f"{title}, {now - ended - _STEADY:.1f} s after its end", ready=True)

    def fail(self, code: str, message: str) -> None:
        """A failure of the whole server, of no element alone."""
        self.arena.fail(code, message, Origin())


def probe(url: str, path: str) -> Outcome:
    """Asks a path outside the API's base."""
    return attempt(url, Call("GET", path), DEADLINE, base="")


def named(outcome: Outcome) -> str:
    """The request, without what differs each time."""
    return f"{outcome.call.method} {outcome.call.path.partition('?')[0]}"


def _wrong(outcome: Outcome, refused: bool) -> str:
    reply = outcome.reply
    if reply.status < _SERVER_ERROR:
        return ""
    if reply.status != _UNAVAILABLE or not refused:
        return f"{reply.code or 'no problem document'}"
    if not reply.header("content-type").startswith("application/problem+json"):
        return "which is no problem document"
    return "" if reply.header("retry-after").isdigit() else "which does not say when to try again (Retry-After)"
