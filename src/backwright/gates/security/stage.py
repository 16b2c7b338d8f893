"""What the groups share: a server in production mode, accounts of every role, rows with canaries, and three oracles."""

from __future__ import annotations

import http.client
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from backwright.diagnostics import Origin
from backwright.gates.accounts import Account, Accounts
from backwright.gates.arena import Arena
from backwright.gates.findings import Findings
from backwright.gates.layout import table
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.security.attack import Attack
from backwright.gates.security.headers import misplaced
from backwright.gates.security.surface import Operation, Surface, surface_of
from backwright.gates.state import State, Store
from backwright.gates.system import Database, Server, System
from backwright.gates.values import CANARY, Values
from backwright.gates.wire import Connection, Reply
from backwright.plan.model import Plan

__all__ = ["FRIEND", "INSIDE", "KEY", "Stage", "open_stage", "settings_of"]

KEY = "Zq7rT4vWx0yB2nM5cK8jH1gF6dS9aP3uLeIoQtRw"
"""The key of access tokens, so that the gate can sign what it likes."""
FRIEND = "https://app.example.com"
INSIDE = re.compile(
    r"\bat \S+ \(?\S+:\d+|Traceback|File \"|node_modules|site-packages|\.(?:ts|js|py):\d+|\bselect .+ from\b"
    r"|insert into|\brelation\b|\bcolumn \S+ does not|psycopg|asyncpg|node-pg|ECONN|SQLSTATE|42P01|57014"
    r"|127\.0\.0\.1|postgres",
    re.IGNORECASE,
)
"""Words of the inside of a server: stacks, statements, drivers, addresses."""
_SETTINGS = {
    "TOKEN_SECRET": KEY,
    "CORS_ORIGINS": FRIEND,
    "LOGIN_FAILURES": "1000000",
    # Nobody listens there: mails wait, and the gate confirms addresses past the API.
    "MAIL_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "gate@example.com",
    "APP_URL": FRIEND,
    # Several servers run side by side.
    "METRICS_PORT": "off",
}
_ANSWERED = (404, 405, 408, 413, 414, 415, 431, 501)
_UNREADABLE = (400, 408, 431)
_REFUSED, _SERVER_ERROR = 400, 500
_TIMEOUT = 30.0
_SPOKEN = 200
_NOTICED, _PAUSE = 5.0, 0.25
_LONG = 12


@dataclass(slots=True)
class Stage:
    """`known` are passwords and tokens that no log and no table may hold; `seconds` is what the last answer took."""

    system: System
    database: Database
    server: Server
    surface: Surface
    arena: Arena
    findings: Findings
    state: State
    oracle: Oracle
    canaries: Mapping[str, tuple[str, UUID]]
    known: set[str] = field(default_factory=set)
    absent: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    _connection: http.client.HTTPConnection | None = None
    _digests: dict[str, str] = field(default_factory=dict)

    def attack(self, attack: Attack) -> Reply:
        """Sends the request; its answer, the rows and what the answer shows are judged."""
        self.findings.done()
        reply = self.exchange(attack)
        self._answered(attack, reply)
        self._leaks(attack, reply)
        self._rows(attack, reply)
        return reply

    def exchange(self, attack: Attack) -> Reply:
        """Sends the request on the connection that is open; status 0 where no answer came."""
        for last in (False, True):
            began = time.perf_counter()
            with suppress(OSError, http.client.HTTPException):
                reply = self._sent(attack)
                self.seconds = time.perf_counter() - began
                return reply
            self.close()
            if last:
                break
        return Reply(0, (), "")

    def _sent(self, attack: Attack) -> Reply:
        if self._connection is None:
            parts = urlsplit(self.server.url)
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT)
        content = attack.content
        self._connection.putrequest(attack.method, self.surface.base + attack.path, skip_accept_encoding=True)
        for name, value in attack.sent_headers:
            self._connection.putheader(name, value.encode("latin-1", "replace"))
        if content is not None:
            self._connection.putheader("Content-Length", str(len(content)))
        self._connection.endheaders(content)
        response = self._connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        return Reply(response.status, tuple(response.getheaders()), body)

    def close(self) -> None:
        """Ends the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def is_up(self) -> bool:
        """Whether the server takes connections."""
        parts = urlsplit(self.server.url)
        with suppress(OSError), socket.create_connection((parts.hostname or "", parts.port or 80), _TIMEOUT):
            return True
        return False

    def fail(self, code: str, attack: Attack, reply: Reply, reason: str) -> None:
        """A failure of one request."""
        spoken = " ".join(reply.body.split())[:_SPOKEN]
        place = attack.template or attack.path.partition("?")[0][:80]
        message = f"{attack.check}: {attack.title}: {attack.method} {place} as {attack.who.name}: {reason}\n"
        self.findings.fail(code, f"{message}{reply.status} {spoken}".rstrip(), attack.origin, self._again(attack))

    def _again(self, attack: Attack) -> str:
        return attack.again(self.surface.base)

    def noticed(self, attack: Attack) -> None:
        """What has ended is refused at the latest when somebody asks five seconds later."""
        deadline = time.monotonic() + _NOTICED
        while True:
            late = time.monotonic() > deadline
            reply = self.exchange(attack)
            self.findings.done()
            if reply.status in attack.wanted:
                return
            if late:
                self.fail(
                    "gate/security-session", attack, reply, f"{_NOTICED:g} s later it still answers {reply.status}"
                )
                return
            time.sleep(_PAUSE)

    def holds(self, truth: bool, code: str, message: str, help: str = "") -> None:
        """One thing that was looked at; `message` says what is wrong unless it holds."""
        self.findings.check(truth, code, message, Origin(), help)

    def _answered(self, attack: Attack, reply: Reply) -> None:
        """O3: the status is documented and no server error, the form is right, the headers are there."""
        if reply.status == 0:
            self.fail("gate/security-answer", attack, reply, "no answer")
            return
        operation = self.surface.operation(attack.method, attack.template)
        documented = operation.statuses if operation else frozenset(_ANSWERED)
        if reply.status >= _SERVER_ERROR and reply.status not in attack.wanted:
            self.fail("gate/security-answer", attack, reply, "the server failed")
        elif attack.wanted and reply.status not in attack.wanted:
            wanted = " or ".join(map(str, attack.wanted))
            self.fail("gate/security-refusal", attack, reply, f"answered {reply.status}, not {wanted}")
        elif reply.status not in {*documented, *_UNREADABLE, *(() if operation else attack.wanted)}:
            self.fail("gate/security-answer", attack, reply, f"{reply.status} is not documented")
        elif operation:
            self._form(attack, operation, reply)
        wrong = misplaced(attack.method, reply, signed=bool(attack.who.token))
        if wrong:
            self.fail("gate/security-headers", attack, reply, wrong)

    def _form(self, attack: Attack, operation: Operation, reply: Reply) -> None:
        if reply.status in operation.statuses:
            body = reply.json if reply.body else None
            wrong = self.surface.malformed(attack.method, attack.template, reply.status, body)
            if wrong:
                self.fail("gate/security-answer", attack, reply, f"not as documented {wrong}")

    def _leaks(self, attack: Attack, reply: Reply) -> None:
        """O1: no canary of a row that the caller may not read, no password, nothing of the inside."""
        text = reply.body + "".join(value for _, value in reply.headers)
        sent = attack.path + (attack.content or b"").decode("utf-8", "replace")
        for token in dict.fromkeys(CANARY.findall(text)):
            found = self.canaries.get(token)
            if found and token not in sent and not self.visible(attack.who, *found):
                self.fail("gate/security-leak", attack, reply, f"the answer shows a {found[0]} that is not for them")
                break
        inside = (str(self.system.folder), self.database.name, KEY)
        shown = next((word for word in inside if word in text and word not in sent), "")
        if shown:
            self.fail("gate/security-leak", attack, reply, f"the answer shows the inside of the server: {shown}")

        told = INSIDE.search(f"{reply.member('title')} {reply.member('detail')}") if reply.status >= _REFUSED else None
        if told:
            self.fail("gate/security-leak", attack, reply, f"J1: the error shows '{told[0]}'")
        password = attack.body.get("password") if isinstance(attack.body, dict) else None
        if isinstance(password, str) and len(password) >= _LONG and password in text:
            self.fail("gate/security-leak", attack, reply, "A10: the answer shows the password")

    def visible(self, who: Principal, name: str, key: UUID) -> bool:
        """Whether the caller may read a row of the start."""
        row = self.state.row(name, key)
        return row is not None and self.oracle.readable(who, self.arena.plan.entity(name), row)

    def _rows(self, attack: Attack, reply: Reply) -> None:
        """O2: refused requests and reads change nothing, accepted writes only what they may; then all is put back."""
        digests = self.digests()
        changed = [name for name, digest in digests.items() if digest != self._digests.get(name)]
        if not changed:
            return
        accepted = reply.status < _REFUSED and attack.method != "GET"
        unwanted = [name for name in changed if not accepted or name not in attack.changes]
        if unwanted:
            self.fail("gate/security-write", attack, reply, f"{', '.join(unwanted)} changed")
        self.restore()

    def digests(self) -> dict[str, str]:
        """One digest for the table of every entity."""
        digest = "md5(coalesce(string_agg(t::text, '|' order by t.id), ''))"
        names = [table(entity) for entity in self.arena.plan.entities]
        each = (f"select '{name}', {digest} from {name} t" for name in names)
        return {str(name): str(digest) for name, digest in self.arena.store.execute(" union all ".join(each))}

    def restore(self) -> None:
        """Rows as they were; accounts that were opened meanwhile stay."""
        self.arena.put_back()
        self.keep()

    def keep(self) -> None:
        """Takes the rows of now for those that nothing may change, until they are put back."""
        self._digests = self.digests()

    def not_applicable(self, check: str, why: str) -> None:
        """A check that has nothing to look at here."""
        self.absent.setdefault(check, why)

    def account(self, role: str) -> Account:
        """A new account; its tokens are watched for."""
        opened = self.arena.accounts.open(role)
        self.known |= {opened.token, opened.refresh_token}
        self.restore()
        return opened

    @property
    def variables(self) -> set[str]:
        """The environment variables that the contract names."""
        return _named(self.system)

    def serve(self, **environment: str) -> AbstractContextManager[Server]:
        """A further server on the same rows."""
        return self.system.serve(self.database, {**settings_of(self.system), **environment})


def settings_of(system: System) -> dict[str, str]:
    """Production, a key that the gate knows, and limits that leave room for it, as far as the project has them."""
    names = _named(system)
    manual = system.contract.get("manual")
    environment = {str(manual.get("environment")): "production"} if isinstance(manual, dict) else {}
    settings = {**_SETTINGS, "RATE_LIMITS": _ample(system.plan)}
    return environment | {name: value for name, value in settings.items() if name in names}


def _named(system: System) -> set[str]:
    listed = system.contract.get("variables")
    return {str(each.get("name")) for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()


def _ample(plan: Plan) -> str:
    """Room for everybody who is limited; production does not start without limits."""
    callers = ("anonymous", *(("user", "login", "register", *plan.identity.roles) if plan.identity else ()))
    limited = dict.fromkeys((*callers, *(each.name for each in plan.operations)))
    return ",".join(f"{name}=1000000/min" for name in limited)


@contextmanager
def open_stage(system: System, findings: Findings) -> Iterator[Stage]:
    """Opens accounts, plants rows, serves."""
    plan, values = system.plan, Values()
    surface = surface_of(system.folder / str(system.contract["openapi"]))
    with (
        system.migrated() as database,
        closing(Store(plan, database.admin)) as store,
        system.serve(database, settings_of(system)) as server,
        closing(Connection(server.url)) as connection,
    ):
        accounts = Accounts(plan, connection, store, values)
        arena = Arena(plan, server.url, store, values, accounts, "gate/security-write")
        arena.prepare()
        for role in plan.identity.roles if plan.identity else ():
            arena.callers(role, 2)
        state = arena.reset()
        canaries = {
            token: (entity.name, key)
            for entity in plan.entities
            for key, row in state.rows[entity.name].items()
            for value in row.values.values()
            for token in (CANARY.findall(value) if isinstance(value, str) else ())
        }
        stage = Stage(system, database, server, surface, arena, findings, state, arena.oracle(state), canaries)
        stage.known |= {
            who.token
            for role in (plan.identity.roles if plan.identity else ())
            for who in arena.callers(role, 2)
            if who.token
        }
        stage.restore()
        try:
            yield stage
        finally:
            stage.close()
