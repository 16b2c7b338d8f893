"""C3, C4, F5, F7, F8: what is counted is counted by all servers together, however a request is spelled."""

from __future__ import annotations

import itertools
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPException

from backwright.gates.accounts import PASSWORD
from backwright.gates.security.exemplars import Cast
from backwright.gates.security.sockets import head, say
from backwright.gates.security.stage import Stage
from backwright.gates.wire import Connection, Reply
from backwright.plan.model import Plan

__all__ = ["limits"]

_LIMITS, _FAILURES, _REDIS = "RATE_LIMITS", "LOGIN_FAILURES", "RATE_LIMIT_REDIS_URL"
_LOGIN, _PASSWORD, _KEYS = "/auth/login", "/auth/password", "/auth/keys"
_NOWHERE = "/nowhere"
_QUOTA, _OWN, _ALONE = 120, 3, 20
_LEAST = 0.9
_MAY_FAIL = 2
# An address may be a whole office, and yet no more than so many times what an account may.
_OFFICE = 15
_AT_ONCE = 8
_GUESSES = 24
_WRONG = "wrong horse battery staple 7"
# Nobody listens on the first port.
_AWAY = "redis://127.0.0.1:1"
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")


def limits(stage: Stage, cast: Cast) -> None:
    """Two servers with small limits are asked too much: by an address, an account, for one operation, at the login."""
    if _LIMITS not in stage.variables:
        stage.not_applicable("C3, C4, F5, F7, F8", f"the contract names no {_LIMITS}")
        return
    failures = {_FAILURES: str(_MAY_FAIL)} if _FAILURES in stage.variables else {}
    settings = {_LIMITS: _small(stage.arena.plan), **failures}
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        started = pool.map(lambda _: stack.enter_context(stage.serve(**settings)), range(2))
        crowd = _Crowd(stage, [server.url for server in started])
        address = crowd.address()
        _address(crowd, address)
        _spellings(crowd, address)
        if stage.arena.plan.identity:
            _account(crowd)
            _logins(crowd)
        _operations(crowd, cast)
    _without_store(stage)
    stage.restore()


def _small(plan: Plan) -> str:
    """A small limit for whoever has no account, for each role and each operation; signing in has none of its own."""
    roles = plan.identity.roles if plan.identity else ()
    kinds = {"anonymous": _QUOTA, **({"user": _QUOTA, **dict.fromkeys(roles, _QUOTA)} if roles else {})}
    ample = ("login", "register") if roles else ()
    own = {each.name: _OWN for each in plan.operations if each.name not in (*kinds, *ample)}
    words = {**{name: f"{most}/h" for name, most in (kinds | own).items()}, **dict.fromkeys(ample, "1000000/min")}
    return ",".join(f"{name}={limit}" for name, limit in words.items())


@dataclass(slots=True)
class _Crowd:
    """Callers of both servers, each at an address of loopback that nothing was counted on yet."""

    stage: Stage
    servers: list[str]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    def address(self) -> str:
        """127.0.1.2 and following."""
        number = next(self._numbers)
        return f"127.0.{1 + number // 250}.{2 + number % 250}"

    def ask(self, address: str, method: str, path: str, body: object = None, server: int = 0, **more: object) -> Reply:
        """One request on a connection of its own; `more` are its token and its headers."""
        token, headers = more.get("token"), more.get("headers")
        url = self.servers[server]
        with closing(Connection(url, base=self.stage.surface.base, source=address)) as connection:
            try:
                return connection.call(
                    method,
                    path,
                    body,
                    token if isinstance(token, str) else None,
                    headers if isinstance(headers, dict) else None,
                )
            except (OSError, HTTPException):
                return Reply(0, (), "")

    def burst(self, times: int, send: Callable[[int, int], Reply]) -> tuple[Counter[int], list[Reply]]:
        """So many requests, several at once, at both servers in turn: how often each status came, and the refusals."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            replies = list(pool.map(lambda turn: send(turn, turn % len(self.servers)), range(times)))
        for _ in replies:
            self.stage.findings.done()
        return Counter(each.status for each in replies), [each for each in replies if each.status == 429]

    def holds(self, truth: bool, message: str) -> None:
        self.stage.holds(truth, "gate/security-throttle", message)


def _fair(crowd: _Crowd, who: str, counts: Counter[int], refusals: list[Reply]) -> None:
    """F5: no more than the limit in sum, hardly fewer, and each refusal says when to come again."""
    passed = counts.total() - counts[429] - counts[0]
    within = _LEAST * _QUOTA <= passed <= _QUOTA and not counts[0]
    told = f"{dict(counts)} of {counts.total()} requests"
    crowd.holds(within, f"F5: {passed} requests of {who} pass at two servers together, the limit is {_QUOTA}: {told}")
    silent = next((each for each in refusals if not _says_when(each)), None)
    shown = "" if silent is None else str(dict(silent.headers))[:200]
    reason = f"F5: a refusal of {who} has no Retry-After, RateLimit or RateLimit-Policy, or is no problem: {shown}"
    crowd.holds(silent is None, reason)


def _says_when(reply: Reply) -> bool:
    after = reply.header("retry-after")
    fields = reply.header("ratelimit") and reply.header("ratelimit-policy")
    return bool(after.isdigit() and int(after) > 0 and fields and reply.code)


def _address(crowd: _Crowd, address: str) -> None:
    counts, refusals = crowd.burst(2 * _QUOTA, lambda _, server: crowd.ask(address, "GET", _NOWHERE, server=server))
    _fair(crowd, "an address", counts, refusals)
    other = crowd.ask(crowd.address(), "GET", _NOWHERE)
    crowd.holds(other.status == 404, f"F5: another address is answered {other.status} as well")


def _spellings(crowd: _Crowd, address: str) -> None:
    """F7: an address that may ask nothing more is refused, whatever it writes and however it sends it."""
    base = crowd.stage.surface.base
    paths = {
        "in capitals": "/NOWHERE",
        "in percent": "/%6eowhere",
        "with a slash behind": f"{_NOWHERE}/",
        "with a slash twice": f"/{_NOWHERE}",
        "with a query": f"{_NOWHERE}?{time.monotonic_ns()}",
        "with a parameter": f"{_NOWHERE};a=1",
        "of another operation": next((each.template for each in crowd.stage.surface.operations if each.public), "/x"),
    }
    for title, path in paths.items():
        _refused(crowd, f"the path {title}", crowd.ask(address, "GET", path))
    for method in ("HEAD", "OPTIONS", "POST", "DELETE"):
        _refused(crowd, method, crowd.ask(address, method, _NOWHERE))
    for name in _FORWARDED:
        headers = {name: f"203.0.113.{len(name)}"}
        _refused(crowd, f"{name} of somebody else", crowd.ask(address, "GET", _NOWHERE, headers=headers))
    headers = {"Forwarded": "for=203.0.113.9"}
    _refused(crowd, "Forwarded of somebody else", crowd.ask(address, "GET", _NOWHERE, headers=headers))
    one = head("GET", f"{base}{_NOWHERE}")
    heard = say(crowd.servers[0], one * 3 + head("GET", f"{base}{_NOWHERE}", {"Connection": "close"}), source=address)
    for reply in heard.replies:
        _refused(crowd, "one of four requests in one piece", reply)
    crowd.holds(len(heard.replies) == 4, f"F7: {len(heard.replies)} of four requests in one piece were answered")


def _refused(crowd: _Crowd, title: str, reply: Reply) -> None:
    crowd.holds(reply.status == 429, f"F7: {title} is not counted: it is answered {reply.status}, not 429")


def _account(crowd: _Crowd) -> None:
    """F5, F7: an account is counted wherever it is, in every session of it and by every key."""
    stage, identity = crowd.stage, crowd.stage.arena.plan.identity
    assert identity
    account, other = stage.account(identity.roles[0]), stage.account(identity.roles[0])
    again = str(stage.arena.accounts.sign_in(account.login).member("accessToken"))
    tokens = {"a session that is opened later": again}
    if stage.surface.operation("POST", _KEYS):
        # Here, for what an account has asked where it may ask much would count here too.
        made = crowd.ask(crowd.address(), "POST", _KEYS, {"name": "a robot"}, token=account.token)
        tokens["a key"] = str(made.member("key"))
    stage.known |= set(tokens.values())

    def send(_: int, server: int) -> Reply:
        return crowd.ask(crowd.address(), "GET", _NOWHERE, server=server, token=account.token)

    counts, refusals = crowd.burst(2 * _QUOTA, send)
    _fair(crowd, "an account", counts, refusals)
    for title, token in tokens.items():
        reply = crowd.ask(crowd.address(), "GET", _NOWHERE, token=token)
        _refused(crowd, f"{title} of the same account", reply)
    reply = crowd.ask(crowd.address(), "GET", _NOWHERE, token=other.token)
    crowd.holds(reply.status == 404, f"F5: another account is answered {reply.status} as well")


def _operations(crowd: _Crowd, cast: Cast) -> None:
    """F5: an operation with a limit of its own is refused beyond it, also to somebody who may ask much more."""
    named = {(each.method, each.path): each.name for each in crowd.stage.arena.plan.operations}
    names = _small(crowd.stage.arena.plan)
    for each in cast.writes:
        name = named.get((each.attack.method, each.attack.template), "")
        if f"{name}={_OWN}/h" not in names.split(","):
            continue
        attack, address = replace(each.as_check("F5", name), body={"nothing": name}), crowd.address()
        headers = dict(attack.headers)
        token = crowd.stage.account(attack.who.role).token if attack.who.role else None
        asked = {"token": token, "headers": headers}
        replies = [
            crowd.ask(address, attack.method, attack.path, attack.body, turn % 2, **asked) for turn in range(_OWN + 1)
        ]
        statuses = [reply.status for reply in replies]
        counted = 429 not in statuses[:-1] and statuses[-1] == 429
        crowd.holds(counted, f"F5: {name} may be called {_OWN} times, and is answered {statuses}")


def _logins(crowd: _Crowd) -> None:
    """C3, C4: guessing is slowed down on the account, wherever it comes from, and on the address, whomever it tries."""
    stage = crowd.stage
    if _FAILURES not in stage.variables:
        stage.not_applicable("C3, C4", f"the contract names no {_FAILURES}")
        return
    accounts = stage.arena.accounts
    one, many, changing, asking = (accounts.register(accounts.profile()) for _ in range(4))
    session = str(accounts.sign_in(changing).member("accessToken"))
    stage.known.add(session)
    stage.restore()
    _guessed(crowd, one)
    _at_once(crowd, many)
    _from_inside(crowd, session)
    _stuffed(crowd, asking)


def _sign_in(crowd: _Crowd, login: str, password: str, address: str = "", server: int = 0) -> Reply:
    body = {crowd.stage.arena.accounts.login: login, "password": password}
    return crowd.ask(address or crowd.address(), "POST", _LOGIN, body, server)


def _guessed(crowd: _Crowd, login: str) -> None:
    """One after another, each from another address; an account that is not there is answered in the same way."""
    said = []
    for name in (login, f"x{login}"):
        # An address is the same in capitals.
        written = itertools.cycle((name, name.upper()))
        replies = [_sign_in(crowd, next(written), _WRONG, server=turn % 2) for turn in range(_MAY_FAIL + 1)]
        said.append([(each.status, each.header("retry-after")) for each in replies])
    wanted = [401] * _MAY_FAIL + [429]
    statuses = [status for status, _ in said[0]]
    crowd.holds(statuses == wanted, f"C3: wrong passwords from many addresses are answered {statuses}, not {wanted}")
    crowd.holds(said[0] == said[1], f"C3: the wait tells an account that is there from none: {said[0]} / {said[1]}")
    began = time.monotonic()
    early = _sign_in(crowd, login, PASSWORD)
    late = time.monotonic() - began > 1
    crowd.holds(early.status == 429 or late, f"C3: while it must wait the right password is answered {early.status}")
    with suppress(ValueError):
        time.sleep(min(5, int(early.header("retry-after") or 1)) + 0.1)
    right = _sign_in(crowd, login, PASSWORD)
    crowd.holds(right.status == 200, f"C3: after the wait the right password is answered {right.status}, not 200")


def _tried(crowd: _Crowd, what: str, counts: Counter[int], wrong: int, began: float) -> None:
    """Each wait that ends meanwhile lets one more attempt through; the second is twice as long as the first."""
    waits = math.log2(1 + time.monotonic() - began)
    tried = counts[wrong]
    fine = tried <= _MAY_FAIL + waits and tried + counts[429] == counts.total()
    crowd.holds(fine, f"C3: of {counts.total()} {what}, {tried} are tried and {_MAY_FAIL} may be: {dict(counts)}")


def _at_once(crowd: _Crowd, login: str) -> None:
    began = time.monotonic()
    counts, _ = crowd.burst(_GUESSES, lambda _, server: _sign_in(crowd, login, _WRONG, server=server))
    _tried(crowd, "guesses at once", counts, 401, began)


def _from_inside(crowd: _Crowd, token: str) -> None:
    """Whoever holds somebody's token cannot guess the password where it is changed."""
    if crowd.stage.surface.operation("POST", _PASSWORD) is None:
        return
    body = {"currentPassword": _WRONG, "newPassword": f"another {_WRONG}"}

    def send(_: int, server: int) -> Reply:
        return crowd.ask(crowd.address(), "POST", _PASSWORD, body, server, token=token)

    began = time.monotonic()
    counts, _ = crowd.burst(_GUESSES, send)
    _tried(crowd, "guesses of the current password with a token", counts, 403, began)


def _stuffed(crowd: _Crowd, login: str) -> None:
    """C4: one address, a name for each attempt."""
    address, most = crowd.address(), _OFFICE * _MAY_FAIL
    counts, _ = crowd.burst(most, lambda turn, server: _sign_in(crowd, f"{turn}-{login}", _WRONG, address, server))
    crowd.holds(counts[429] > 0, f"C4: one address tries {most} accounts, and no attempt is refused: {dict(counts)}")
    other = _sign_in(crowd, login, PASSWORD)
    crowd.holds(other.status == 200, f"C4: somebody else at another address is answered {other.status}, not 200")


def _without_store(stage: Stage) -> None:
    """F8: while nothing can be counted nobody signs in, and each server counts everybody else by itself."""
    if _REDIS not in stage.variables:
        stage.not_applicable("F8", f"the contract names no {_REDIS}")
        return
    words = _small(stage.arena.plan).replace(f"anonymous={_QUOTA}/h", f"anonymous={_ALONE}/h")
    with stage.serve(**{_LIMITS: words, _REDIS: _AWAY}) as server:
        crowd = _Crowd(stage, [server.url])
        if stage.arena.plan.identity:
            reply = _sign_in(crowd, "nobody@example.com", _WRONG)
            told = reply.status == 503 and bool(reply.header("retry-after"))
            crowd.holds(told, f"F8: without the store signing in is answered {reply.status}, not 503 with Retry-After")
        address = crowd.address()
        counts, _ = crowd.burst(_ALONE + 10, lambda _, at: crowd.ask(address, "GET", _NOWHERE, server=at))
    fine = counts == {404: _ALONE, 429: 10}
    crowd.holds(fine, f"F8: without the store {_ALONE} of {_ALONE + 10} requests should pass: {dict(counts)}")
