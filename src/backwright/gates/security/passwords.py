"""C: what signing in tells about accounts, and how passwords are taken and kept."""

from __future__ import annotations

import hashlib
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import Stage
from backwright.gates.wire import Reply

__all__ = ["dump", "guessable", "passwords", "tells_apart"]

_LONG_LOGIN = "somebody-with-a-long-name@example.com"
_REGISTER, _LOGIN = "/auth/register", "/auth/login"
_PASSWORD = "correct horse battery staple 7"  # noqa: S105 - of accounts that live as long as the gate
_VARYING = ("date", "x-request-id", "ratelimit", "age", "etag")
_PHC = re.compile(r"\$(argon2\w*)\$v=\d+\$m=(\d+),t=(\d+),p=(\d+)\$([^$\s\"]+)\$[^$\s\"]+")
_LEAST_KIB, _LEAST_PASSES = 19_456, 2
_ROUNDS, _PAIRS, _ACCOUNTS = 4, 12, 4
_APART, _CHANCE = 0.05, 2.58
_FAST = 0.5
_LEAST, _ALWAYS = 15, 64
_DEFAULTS = ("admin", "root", "test", "user", "demo", "administrator", "guest")


@dataclass(frozen=True, slots=True)
class _Door:
    """Registration and login of a project."""

    stage: Stage
    login: str

    def signs_in(self, check: str, title: str, name: str, password: str, *wanted: int) -> Reply:
        body = {self.login: name, "password": password}
        return self.stage.attack(Attack(check, "POST", _LOGIN, _LOGIN, title, wanted, body=body))

    def registers(self, check: str, title: str, password: str, *wanted: int) -> tuple[str, Reply]:
        """With a profile of its own; the login and the answer."""
        body = self.stage.arena.accounts.profile() | {"password": password}
        self.stage.known |= {password} if len(password) >= _LEAST else set()
        users = frozenset(self.stage.digests())
        attack = Attack(check, "POST", _REGISTER, _REGISTER, title, wanted, body=body, changes=users)
        return str(body[self.login]), self.stage.attack(attack)


def passwords(stage: Stage, cast: Cast) -> None:
    """Enumeration by content and by time, lengths, what passwords may hold, how they are stored, default accounts."""
    identity = stage.arena.plan.identity
    login, register = cast.first("POST", _LOGIN), cast.first("POST", _REGISTER)
    if identity is None or login is None or register is None:
        stage.not_applicable("C", "no passwords")
        return
    door = _Door(stage, identity.login)
    known = [stage.arena.accounts.register(stage.arena.accounts.profile()) for _ in range(_ACCOUNTS)]
    stage.restore()
    _content(stage, door, login, register)
    _time(stage, door, known)
    _lengths(door)
    profile = stage.arena.accounts.profile(_LONG_LOGIN)
    for title, word in guessable(stage, str(profile[identity.login])):
        body = profile | {"password": word}
        stage.attack(Attack("C8", "POST", _REGISTER, _REGISTER, title, (422,), body=body))
    _storage(stage)
    for name in _DEFAULTS:
        for password in (name, "password", stage.system.password):
            door.signs_in("C12", f"default account {name}", f"{name}@example.com", password, 401, 422)
    for listed in stage.system.contract.get("logins") or ():  # type: ignore[attr-defined]
        door.signs_in("C12", "a demo login without seeds", str(listed["login"]), stage.system.password, 401)


def guessable(stage: Stage, login: str) -> list[tuple[str, str]]:
    """C8: what anybody would try first; each is long enough, and no longer than a password may be."""
    local, name = login.partition("@")[0], stage.arena.plan.name
    words = {"the name of the application": _repeated(name), "the name in the address": _repeated(local)}
    return [
        *((title, word) for title, word in words.items() if len(word) <= _ALWAYS),
        ("a common word, twice", "passwordpassword"),
        ("a row of the keyboard", "qwertyuiopasdfghjkl"),
        ("digits in order", "123456789012345678"),
        ("one letter", "a" * 18),
    ]


def _repeated(word: str) -> str:
    """The word, as often as makes it long enough."""
    return word * -(-_LEAST // len(word))


def _content(stage: Stage, door: _Door, login: Exemplar, register: Exemplar) -> None:
    """C1: one answer for accounts that are there and others."""
    name = str(login.members[door.login])
    there = door.signs_in("C1", "the wrong password of an account", name, f"{_PASSWORD} not", 401)
    missing = door.signs_in("C1", "the password of nobody", f"x{name}", f"{_PASSWORD} not", 401)
    changes = frozenset(stage.digests())
    again = stage.attack(register.as_check("C1", "a login that is new", 202))
    taken = replace(register.as_check("C1", "a login that is taken", 202), changes=changes)
    repeated = stage.attack(replace(taken, body={**register.members, door.login: name}))
    for title, one, other in (("signing in", there, missing), ("registering", again, repeated)):
        same = _constant(one) == _constant(other)
        reason = (
            f"C1: {title} tells an account that is there from one that is not: {one.body[:150]} / {other.body[:150]}"
        )
        stage.holds(same, "gate/security-enumeration", reason)


def _constant(reply: Reply) -> tuple[object, ...]:
    document = reply.json
    body = {key: value for key, value in document.items() if key != "requestId"} if isinstance(document, dict) else 0
    headers = sorted((name.lower(), value) for name, value in reply.headers)
    return reply.status, body, [each for each in headers if not each[0].startswith(_VARYING)]


def _time(stage: Stage, door: _Door, known: Sequence[str]) -> None:
    """C2: interleaved, and measured again before it counts: a busy machine is no defect, a short cut stays one."""
    measured: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        measured = ([], [])
        for at in range(_PAIRS):
            pair = (known[at % len(known)], f"nobody-{at}-{known[0]}")
            for which in (0, 1) if at % 2 else (1, 0):
                body = {door.login: pair[which], "password": f"{_PASSWORD} {at}"}
                began = time.perf_counter()
                stage.exchange(Attack("C2", "POST", _LOGIN, _LOGIN, "the wrong password", body=body))
                measured[which].append(time.perf_counter() - began)
                stage.findings.done()
        if not tells_apart(*measured):
            break
    there, missing = (statistics.median(each) * 1000 for each in measured)
    reason = (
        f"C2: a wrong password takes {there:.0f} ms where there is an account, {missing:.0f} ms where there is none"
    )
    stage.holds(not tells_apart(*measured), "gate/security-enumeration", f"{reason}, {_ROUNDS} times over")


def tells_apart(one: Sequence[float], other: Sequence[float]) -> bool:
    """Medians that differ by more than 5 %, and not by chance (Mann-Whitney, normal approximation, p < 0.01)."""
    low, high = sorted((statistics.median(one), statistics.median(other)))
    if high - low <= _APART * high:
        return False
    above = sum((a > b) + 0.5 * (a == b) for a in one for b in other)
    mean = len(one) * len(other) / 2
    deviation = (len(one) * len(other) * (len(one) + len(other) + 1) / 12) ** 0.5
    return bool(abs(above - mean) / deviation > _CHANCE)


def _lengths(door: _Door) -> None:
    """C5, C6: long enough is enough, whatever it is made of."""
    plain = "quiet lamp over seven green hills "
    for length, wanted in ((_LEAST - 1, 422), (_LEAST, 202), (_ALWAYS, 202), (128, 202)):
        door.registers("C5", f"a password of {length} characters", (plain * 4)[:length], wanted)
    for words in (
        "qzjvkxwpgmbhfyt",
        "      k w  t q  p ",
        "🦆🪁🎋🧵🪗🛶🦔🥨🧊🪐🎠🛟🪺🥁🦚",
        "שלום עולם יפה מאוד",
        "e\u0301o\u0302a\u0300u\u0308n\u0303c\u0327s\u030ci\u0304z\u0307g\u0306r\u0301l\u0327t\u0326y\u0302w\u0308",
    ):
        login, reply = door.registers("C6", "a password of unusual characters", words, 202)
        if reply.status == 202:
            door.stage.arena.accounts.confirm(login)
            admitted = door.stage.arena.accounts.sign_in(login, words)
            door.stage.known |= {str(admitted.member("accessToken")), str(admitted.member("refreshToken"))}
            door.signs_in("C6", "another password of unusual characters", login, words[::-1] + "x", 401)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        door.registers("C5", "a password of 50 kB", "a" * 50_000, 422)
        door.signs_in("C5", "a password of 50 kB", "x@example.com", "a" * 50_000, 422, 401)
        seconds.append(time.perf_counter() - began)
    reason = f"C5: two passwords of 50 kB took {min(seconds):.2f} s: they reach the hash"
    door.stage.holds(min(seconds) < _FAST, "gate/security-slow", reason)


def _storage(stage: Stage) -> None:
    """C9, B20: argon2id with a salt of its own; no password and no token anywhere in the database."""
    text = "\n".join(dump(stage))
    hashes = _PHC.findall(text)
    weak = [
        each for each in hashes if each[0] != "argon2id" or int(each[1]) < _LEAST_KIB or int(each[2]) < _LEAST_PASSES
    ]
    salts = {each[4] for each in hashes}
    reason = f"C9: {len(hashes)} argon2 hashes, {len(weak)} of them too weak, {len(salts)} salts"
    stage.holds(bool(hashes) and not weak and len(salts) == len(hashes), "gate/security-storage", reason)
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, _PASSWORD.encode()).hexdigest()
        stage.holds(digest not in text, "gate/security-storage", f"C9: the {name} of a password is in the database")
    plain = next((each for each in stage.known if len(each) >= _LEAST and each in text), "")
    stage.holds(not plain, "gate/security-storage", f"B20: a password or token is in the database: {plain[:6]}…")


def dump(stage: Stage) -> list[str]:
    """Every row of every table of the project, as text."""
    names = stage.arena.store.execute(
        "select format('%I.%I', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace "
        "where relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema)' order by 1"
    )
    return [str(row) for (name,) in names for (row,) in stage.arena.store.execute(f"select t::text from {name} t")]
