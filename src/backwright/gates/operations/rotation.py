"""Two servers behind a proxy are replaced again and again, with new secrets, and no caller notices."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from backwright.gates.accounts import Accounts
from backwright.gates.operations.crowd import Crowd
from backwright.gates.operations.stage import FOLDER, Stage
from backwright.gates.state import Store
from backwright.gates.system import Server
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["PROXY", "replaced", "secrets_rotated"]

PROXY = "haproxy"
_KEY, _STEPS = "TOKEN_SECRET", ("prepare", "switch", "finish")
_NAMES, _STATES = ("first", "second"), ("drain", "ready")
_SESSIONS = "/auth/sessions"
_DRAINED = 0.5
_SEEN = 2.5
"""Seconds until the proxy has looked at a server that has come back, twice."""


@dataclass(slots=True)
class _Pair:
    """Two servers on two ports that stay."""

    stage: Stage
    stack: ExitStack
    ports: tuple[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    url: str = ""
    servers: list[Server] = field(default_factory=list)
    turn: Callable[[int, bool], None] | None = None
    """Says to whoever sends requests whether a server gets new ones."""

    def replace_all(self) -> None:
        """One after the other: it gets nothing new, ends, and one with the present settings comes."""
        database = replace(self.stage.database, application=self.url or self.stage.database.application)
        for at, port in enumerate(self.ports):
            if at < len(self.servers):
                self._turn(at, False)
                self.servers[at].stop()
            server = self.stack.enter_context(self.stage.system.serve(database, {**self.settings, "PORT": port}))
            self.servers[at : at + 1] = [server]
            self._turn(at, True)
            time.sleep(_SEEN)

    def _turn(self, at: int, takes: bool) -> None:
        if self.turn is not None:
            self.turn(at, takes)
            time.sleep(_DRAINED)

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]


def replaced(stage: Stage) -> None:
    """Servers are replaced while callers ask."""
    with _pair(stage) as pair, _entrance(stage, pair) as urls:
        with Crowd(urls, str(stage.system.contract["live"]), base="") as crowd:
            pair.replace_all()
        _judge(stage, crowd, "gate/operations-proxy", "servers are replaced", "200")


def secrets_rotated(stage: Stage) -> None:
    """The key of tokens and the password of the database change; who has signed in stays so."""
    plan = stage.system.plan
    if plan.identity is None:
        return
    file = stage.scratch / "server.env"
    file.write_text(f"{_KEY}={secrets.token_hex(32)}\n", encoding="utf-8")
    with _pair(stage, _read(file)) as pair, _entrance(stage, pair) as urls:
        with closing(Store(plan, stage.database.admin)) as store, closing(Connection(pair.urls[0])) as connection:
            accounts = Accounts(plan, connection, store, Values())
            account = accounts.open(plan.identity.roles[0])
        with Crowd(urls, _SESSIONS, account.token) as crowd:
            for step in _STEPS[:2]:
                _turn(stage, pair, step, file)
            if not _password(stage, pair):
                return
        _judge(stage, crowd, "gate/operations-rotation", "secrets change", "200")
        again = stage.script("rotate-token-secret.sh", _STEPS[1], str(file)).code
        stage.findings.check(
            again != 0, "gate/operations-rotation", "the key of before signs again after another switch"
        )
        _turn(stage, pair, _STEPS[2], file)
        with closing(Connection(urls[0])) as connection:
            old = connection.call("GET", _SESSIONS, None, account.token).status
            fresh = connection.call("POST", "/auth/refresh", {"refreshToken": account.refresh_token})
        stage.findings.check(old == 401, "gate/operations-rotation", f"a token of the old key still gets {old}")
        told = f"a session does not outlive the change of the key: {fresh.status}"
        stage.findings.check(fresh.status == 200, "gate/operations-rotation", told)


def _turn(stage: Stage, pair: _Pair, step: str, file: Path) -> None:
    done = stage.script("rotate-token-secret.sh", step, str(file))
    if stage.done(done, "gate/operations-rotation", f"rotate-token-secret.sh {step}"):
        pair.settings = _read(file)
        pair.replace_all()


def _password(stage: Stage, pair: _Pair) -> bool:
    """Whether there is a login to go on with."""
    code, password = "gate/operations-rotation", secrets.token_urlsafe(24)
    before = stage.visible(stage.database.application)
    done = stage.script("rotate-database-password.sh", "next", stage.database.name, NEW_PASSWORD=password)
    if not stage.done(done, code, "rotate-database-password.sh next"):
        return False
    login = done.output.split()[-1]
    again = stage.script("rotate-database-password.sh", "next", stage.database.name, NEW_PASSWORD=password)
    same = again.output.split()[-1:] == [login]
    stage.findings.check(same, code, "asked twice, it changes the login that servers use")
    if not same:
        return False
    old = urlsplit(stage.database.application)
    netloc = f"{quote(login)}:{quote(password)}@{old.hostname}:{old.port}"
    pair.url = urlunsplit(old._replace(netloc=netloc))
    early = stage.script("rotate-database-password.sh", "finish", stage.database.name)
    stage.findings.check(early.code != 0, code, "the old login is closed while servers use it")
    pair.replace_all()
    done = stage.script("rotate-database-password.sh", "finish", stage.database.name)
    stage.done(done, code, "rotate-database-password.sh finish")
    stage.findings.check(stage.visible(pair.url) == before, code, "the new login sees other rows than the old one")
    with psycopg.connect(pair.url) as connection:
        acts = connection.execute("select current_user").fetchone()
    stage.findings.check(acts == (old.username,), code, f"the new login acts as {acts}, whom no policy was made for")
    with suppress(psycopg.OperationalError), psycopg.connect(stage.database.application):
        stage.findings.fail(code, "the old password still opens the database")
    stage.findings.done()
    return True


@contextmanager
def _pair(stage: Stage, settings: Mapping[str, str] | None = None) -> Iterator[_Pair]:
    with ExitStack() as stack:
        pair = _Pair(stage, stack, (stage.port(), stage.port()), dict(settings or {}))
        pair.replace_all()
        yield pair


@contextmanager
def _entrance(stage: Stage, pair: _Pair) -> Iterator[list[str]]:
    """Where callers come in: the proxy, or both servers where there is none."""
    if not stage.has(PROXY):
        urls = pair.urls

        def listed(at: int, takes: bool) -> None:
            url = f"http://127.0.0.1:{pair.ports[at]}"
            (urls.append if takes else urls.remove)(url)

        pair.turn = listed
        yield urls
        return
    pid, port = stage.scratch / f"proxy-{secrets.token_hex(4)}", stage.port()
    control = stage.scratch / f"{pid.name}.socket"
    addresses = {"PROXY": port, "FIRST": pair.ports[0], "SECOND": pair.ports[1]}
    settings = {name: f"127.0.0.1:{each}" for name, each in addresses.items()}
    settings["CONTROL"] = str(control)
    words = f'echo $$ >"$1" && exec {PROXY} -db -f {FOLDER}/haproxy.cfg'
    thread = threading.Thread(target=stage.run, args=("sh", "-c", words, "sh", str(pid)), kwargs=settings, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{port}"
        if not _listens(url):
            stage.findings.fail("gate/operations-proxy", f"{PROXY} does not start with {FOLDER}/haproxy.cfg")
        pair.turn = lambda at, takes: _say(control, f"set server servers/{_NAMES[at]} state {_STATES[takes]}")
        yield [url]
    finally:
        with suppress(OSError, ValueError):
            os.kill(int(pid.read_text(encoding="ascii")), signal.SIGTERM)
        thread.join(10)


def _say(control: Path, command: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(control))
        connection.sendall(f"{command}\n".encode())
        connection.recv(1024)


def _listens(url: str) -> bool:
    for _ in range(100):
        with suppress(OSError), closing(Connection(url, 2.0, "")) as connection:
            connection.call("GET", "/livez")
            return True
        time.sleep(0.1)
    return False


def _read(file: Path) -> dict[str, str]:
    pairs = [line.partition("=") for line in file.read_text(encoding="utf-8").splitlines()]
    return {name: value for name, _, value in pairs}


def _judge(stage: Stage, crowd: Crowd, code: str, title: str, wanted: str) -> None:
    stage.findings.done(crowd.answers[wanted])
    wrong = {answer: count for answer, count in crowd.answers.items() if answer != wanted}
    told = ", ".join(f"{count} times {answer}" for answer, count in sorted(wrong.items()))
    stage.findings.check(not wrong, code, f"{title}: of {sum(crowd.answers.values())} requests {told}")
