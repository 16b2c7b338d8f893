"""Sends the same requests to the servers of two stacks and compares what they answer and what they store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from backwright.lowering.relational.names import qualified, unquoted
from tests.parity.contract import OWN, Operation, documented, operations
from tests.parity.masking import Mask, Seen, opened
from tests.parity.rows import Rows, watched
from tests.parity.running import Running
from tests.parity.sequences import SECOND, register
from tests.parity.steps import HOST, Known, Ref, Step, sent, shown, text
from tests.parity.wire import Answer, Connection, Sent, connected

__all__ = ["Difference", "Duel", "duel"]

_FAILED = 500
_MAILING = ("register", "requestVerification", "forgotPassword")
_SECOND_LOGIN = "second@example.com"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two stacks part: the steps so far, the last of which they answer, or store, differently."""

    steps: tuple[Step, ...]
    said: tuple[str, ...]

    def __str__(self) -> str:
        steps = "\n".join(f"{number}. {shown(step)}" for number, step in enumerate(self.steps, 1))
        return f"{steps}\n" + "\n".join(self.said)

    @property
    def kind(self) -> str:
        """What tells it from others."""
        said = " | ".join(each.partition(": ")[2][:60] for each in self.said)
        return f"{self.steps[-1].intent} on {self.steps[-1].operation}: {said}" if self.steps else said


class Duel:
    """The servers of one blueprint, each with its own database, put back to the same rows before every sequence."""

    def __init__(self, running: Running, rows: Sequence[Rows], connections: Sequence[Connection]) -> None:
        self.running = running
        self.answered: Counter[tuple[str, int]] = Counter()
        self.sent = 0
        self._rows = rows
        self._connections = connections
        self._operations = {each.name: each for each in operations(running.plan)}
        self._known, self._masks = Known(), [Mask({}) for _ in connections]
        self._played: list[Step] = []
        self._started()

    @property
    def documented(self) -> dict[str, tuple[int, ...]]:
        """The statuses of every operation."""
        system = self.running.sides[0].system
        return documented(system.folder / system.project.openapi)

    def _started(self) -> None:
        plan = self.running.plan
        if plan.identity:
            for connection in self._connections:
                answer = connection.exchange(sent(register(plan, _SECOND_LOGIN), Known(), 0))
                assert answer.status == 202, answer
                token = mailed(connection, _SECOND_LOGIN)["verification"]
                body = json.dumps({"token": token}).encode()
                headers = (("Host", HOST), ("Content-Type", "application/json"))
                answer = connection.exchange(Sent("POST", "/v1/auth/verify", headers, body))
                assert answer.status == 204, answer
        for rows in self._rows:
            rows.keep()

    def play(self, steps: Iterable[Step], *, stored: bool = True) -> Difference | None:
        """One sequence from the beginning; the first difference ends it."""
        self._known, self._masks = self._fresh()
        found = self.continue_with(self._logins()) or self.continue_with(steps)
        if found or not stored:
            return found
        tables = [rows.seen(mask) for rows, mask in zip(self._rows, self._masks, strict=True)]
        said = _row_differences(self.running.sides[0].stack, self.running.sides[1].stack, tables)
        return Difference(tuple(self._played), said) if said else None

    def continue_with(self, steps: Iterable[Step], *, failing: bool = False) -> Difference | None:
        """More of the same sequence; only where it is `failing` may a server fail."""
        self._played = []
        for step in steps:
            answers = [
                connection.exchange(sent(step, self._known, side)) for side, connection in enumerate(self._connections)
            ]
            if step.intent.startswith("odd"):
                # What follows must not be read as the rest of it.
                for connection in self._connections:
                    connection.close()
            self._played.append(step)
            self.sent += 1
            seen = [mask.seen(answer) for mask, answer in zip(self._masks, answers, strict=True)]
            if any(each != seen[0] for each in seen) or (answers[0].status >= _FAILED and not failing):
                return Difference(tuple(self._played), self._said(seen))
            self._learn(self._known, step, answers)
        return None

    def _fresh(self) -> tuple[Known, list[Mask]]:
        known = Known()
        for rows in self._rows:
            rows.put_back()
        ids = [rows.ids() for rows in self._rows]
        for entity in self.running.plan.entities:
            table = ".".join(map(unquoted, qualified(entity).split(".")))
            for each in zip(*(found[table] for found in ids), strict=True):
                known.add(f"row {entity.name}", each)
        names = [f"<kept {number}>" for number, _ in enumerate(_all(ids[0]))]
        return known, [Mask(dict(zip(_all(found), names, strict=True))) for found in ids]

    def _logins(self) -> tuple[Step, ...]:
        """Signs the demo accounts in, and a second one."""
        identity = self.running.plan.identity
        if identity is None:
            return ()
        logins = [
            (each.role, each.login, self.running.password) for each in self.running.sides[0].system.project.logins
        ]
        body = register(self.running.plan, _SECOND_LOGIN).body
        assert isinstance(body, dict)
        logins.append((SECOND, _SECOND_LOGIN, str(body["password"])))
        for _, login, _ in logins:
            self._known.add("login", (login,) * len(self._connections))
        headers = (("Content-Type", text("application/json")),)
        target = text("/v1/auth/login")
        return tuple(
            Step(
                "login", f"sign in {role}", "POST", target, headers, {identity.login: login, "password": password}, True
            )
            for role, login, password in (*logins, ("session", logins[0][1], self.running.password))
        )

    def _said(self, seen: Sequence[Seen]) -> tuple[str, ...]:
        said = []
        for side, (status, headers, body) in zip(self.running.sides, seen, strict=True):
            others = {header for each in seen for header in each[1] if any(header not in other[1] for other in seen)}
            own = " ".join(f"{name}={value}" for name, value in headers if (name, value) in others)
            said.append(f"{side.stack}: {status} {body[:1500]} {own}")
        return tuple(said)

    def _learn(self, known: Known, step: Step, answers: Sequence[Answer]) -> None:
        operation = self._operations.get(step.operation)
        status = answers[0].status
        if operation is None or step.intent in ("odd path", "odd method"):
            return
        self.answered[(operation.name, status)] += 1
        if operation.route.kind in _MAILING and status == 202:
            self._learn_mails(known, step)
        if not answers[0].body or status >= 300:
            return
        try:
            documents = [json.loads(answer.body) for answer in answers]
        except ValueError:
            return
        if not all(isinstance(document, dict) for document in documents):
            return
        role = step.intent.removeprefix("sign in ") if step.intent.startswith("sign in") else "session"
        shown = self._shown(operation)
        _learn_members(known, shown, documents)
        for name, kind in (("refreshToken", "refresh"), ("accessToken", f"token {role}"), ("key", "token key")):
            if name in documents[0]:
                known.add(kind, tuple(str(document[name]) for document in documents))
        tags = [answer.header("etag") for answer in answers]
        if shown and operation.route.kind != "list" and all(tags):
            known.add(f"tag {shown}", tuple(map(str, tags)))
        cursors = [document.get("nextCursor") for document in documents]
        if all(cursors):
            sort = json.loads(opened(str(cursors[0])))[0]
            known.add(f"cursor {operation.name} {sort}", tuple(map(str, cursors)))

    def _learn_mails(self, known: Known, step: Step) -> None:
        """The tokens that a request has had sent."""
        identity = self.running.plan.identity
        address = step.body.get(identity.login) if identity and isinstance(step.body, dict) else None
        if not isinstance(address, str | Ref):
            return
        found = [
            mailed(connection, known.of(address, side) if isinstance(address, Ref) else address)
            for side, connection in enumerate(self._connections)
        ]
        for kind in set.intersection(*(set(each) for each in found)):
            known.add(f"mail {kind}", tuple(each[kind] for each in found))

    def _shown(self, operation: Operation) -> str | None:
        """What its answer shows rows of."""
        entity = operation.route.answer or operation.route.entity
        return OWN.get(operation.route.kind) or (entity.name if entity else None)


def mailed(connection: Connection, address: str) -> dict[str, str]:
    """The newest token of each kind in the mails that a server keeps for an address."""
    target = f"/sandbox/mails?to={quote(address.lower())}"
    answer = connection.exchange(Sent("GET", target, (("Host", HOST),), b""))
    items = json.loads(answer.body).get("items", [])
    tokens = ((each["kind"], each["text"].partition("#token=")[2].split()) for each in reversed(items))
    return {kind: found[0] for kind, found in tokens if found}


def _all(ids: dict[str, list[str]]) -> list[str]:
    return [each for found in ids.values() for each in found]


def _learn_members(known: Known, name: str | None, documents: Sequence[object]) -> None:
    """The ids of rows and of their parts."""
    if name is None or not all(isinstance(each, dict) for each in documents):
        return
    shown = [each for each in documents if isinstance(each, dict)]
    lists = [each.get("items") for each in shown]
    if all(isinstance(each, list) for each in lists):
        for rows in zip(*(each for each in lists if isinstance(each, list)), strict=True):
            _learn_members(known, name, rows)
        return
    if all("id" in each for each in shown):
        known.add(f"row {name}", tuple(str(each["id"]) for each in shown))


def _row_differences(first: str, second: str, tables: Sequence[dict[str, Counter[str]]]) -> tuple[str, ...]:
    said = []
    for name, rows in tables[0].items():
        for stack, extra in ((first, rows - tables[1][name]), (second, tables[1][name] - rows)):
            said += [f"{stack}: only here in {name}: {row[:600]}" for row in sorted(extra)[:3]]
    return tuple(said)


@contextmanager
def duel(running: Running) -> Iterator[Duel]:
    """Connects to the servers and their databases."""
    with ExitStack() as open_ones:
        rows = [open_ones.enter_context(watched(side.database.admin)) for side in running.sides]
        connections = [open_ones.enter_context(connected(side.server.url)) for side in running.sides]
        yield Duel(running, rows, connections)
