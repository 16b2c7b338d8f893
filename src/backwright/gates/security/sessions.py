"""B12 to B20: what ends a session ends it everywhere, and what a session is made of cannot be guessed."""

from __future__ import annotations

import base64
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace

from backwright.gates.accounts import PASSWORD
from backwright.gates.layout import table
from backwright.gates.oracle import Principal
from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import Stage
from backwright.gates.wire import Connection, Reply

__all__ = ["sessions"]

_TURNS = 250
_LOGIN, _REFRESH, _LOGOUT = "/auth/login", "/auth/refresh", "/auth/logout"
# Chi-square with 15 degrees of freedom exceeds this once in a thousand million samples of what is evenly spread.
_UNEVEN = 80.0
_LEAST_BITS = 128
_LIFETIME = "REFRESH_TOKEN_SECONDS"
_SECONDS = 4


def sessions(stage: Stage, cast: Cast) -> None:
    """A token used twice, a session that was ended, an account that is gone, many tokens side by side."""
    probe = cast.probe
    if probe is None or stage.surface.operation("POST", _REFRESH) is None:
        stage.not_applicable("B12-B20", "no sessions that can be refreshed")
        return
    _reuse(stage, probe)
    _logout(stage, probe)
    _deleted(stage)
    _entropy(stage)
    _lifetime(stage)


def _refresh(stage: Stage, token: str) -> Reply:
    reply = stage.exchange(Attack("B12", "POST", _REFRESH, _REFRESH, "refresh", body={"refreshToken": token}))
    stage.findings.done()
    stage.known |= {str(reply.member(name)) for name in ("accessToken", "refreshToken") if reply.member(name)}
    return reply


def _dead(stage: Stage, check: str, title: str, token: str) -> None:
    attack = Attack(check, "POST", _REFRESH, _REFRESH, title, (401,), body={"refreshToken": token})
    reply = stage.attack(attack)
    if reply.member("accessToken"):
        stage.fail("gate/security-session", attack, reply, "the token still gives access")


def _gone(stage: Stage, probe: Exemplar, check: str, title: str, token: str) -> None:
    """The access token is refused within five seconds."""
    who = Principal("a caller whose session ended", None, None, token, valid=False)
    attack = replace(probe.as_check(check, title, 401), who=who)
    stage.noticed(attack)


def _reuse(stage: Stage, probe: Exemplar) -> None:
    account = stage.account(str(probe.attack.who.role))
    second = _refresh(stage, account.refresh_token)
    following = str(second.member("refreshToken"))
    attack = Attack("B12", "POST", _REFRESH, _REFRESH, "a token is exchanged", (200,))
    if second.status != 200 or following == account.refresh_token:
        stage.fail("gate/security-session", attack, second, "no new refresh token comes of it")
    _dead(stage, "B12", "the same refresh token again", account.refresh_token)
    _dead(stage, "B12", "its successor, after it came twice", following)
    for token in (account.token, str(second.member("accessToken"))):
        _gone(stage, probe, "B12", "an access token of a family that was revoked", token)


def _logout(stage: Stage, probe: Exemplar) -> None:
    if stage.surface.operation("POST", _LOGOUT) is None:
        stage.not_applicable("B16", f"no {_LOGOUT}")
        return
    account = stage.account(str(probe.attack.who.role))
    other = stage.account(str(probe.attack.who.role))
    who = Principal("an account", account.role, account.id, account.token)
    stage.exchange(replace(probe.attack, who=who))
    attack = Attack("B16", "POST", _LOGOUT, _LOGOUT, "the session is ended", (200, 204), who)
    reply = stage.attack(attack)
    if not reply.header("clear-site-data"):
        stage.fail("gate/security-session", attack, reply, "no Clear-Site-Data (ASVS 14.3.1)")
    _gone(stage, probe, "B16", "an access token after logout", account.token)
    _dead(stage, "B14", "a refresh token after logout", account.refresh_token)
    alive = Principal("an account", other.role, other.id, other.token)
    stage.attack(replace(probe.as_check("B16", "somebody else's session goes on", probe.success), who=alive))


def _deleted(stage: Stage) -> None:
    """B14: no refresh for an account that is gone."""
    identity = stage.arena.plan.identity
    assert identity
    account = stage.account(identity.roles[0])
    store, users = stage.arena.store, table(stage.arena.plan.entity(identity.entity))
    store.execute("set session_replication_role = origin")
    store.execute(f"delete from {users} where id = %s", [account.id])
    store.execute("set session_replication_role = replica")
    stage.findings.done()
    reply = _refresh(stage, account.refresh_token)
    if reply.status != 401:
        attack = Attack("B14", "POST", _REFRESH, _REFRESH, "a refresh token of an account that is gone", (401,))
        stage.fail("gate/security-session", attack, reply, f"answered {reply.status}, not 401")
    stage.restore()


def _lifetime(stage: Stage) -> None:
    """B15: a session ends at its time, however often its token is exchanged."""
    identity = stage.arena.plan.identity
    assert identity
    if _LIFETIME not in stage.variables:
        stage.not_applicable("B15", f"the contract names no {_LIFETIME}")
        return
    account = stage.account(identity.roles[0])
    with stage.serve(**{_LIFETIME: str(_SECONDS)}) as server, closing(Connection(server.url)) as connection:
        body = {identity.login: account.login, "password": PASSWORD}
        reply = connection.call("POST", _LOGIN, body)
        began, exchanged = time.monotonic(), 0
        while reply.status == 200 and time.monotonic() < began + _SECONDS + 2:
            stage.known |= {str(reply.member(name)) for name in ("accessToken", "refreshToken")}
            time.sleep(_SECONDS / 4)
            reply = connection.call("POST", _REFRESH, {"refreshToken": str(reply.member("refreshToken"))})
            exchanged += reply.status == 200
    stage.findings.done()
    told = (
        f"B15: a session of {_SECONDS} s, its token exchanged {exchanged} times, ends with {reply.status} and not 401"
    )
    stage.holds(exchanged > 0 and reply.status == 401, "gate/security-session", told)
    stage.restore()


def _entropy(stage: Stage) -> None:
    """B20: tokens are long, evenly spread and without a common beginning, and the database does not hold them."""
    identity = stage.arena.plan.identity
    assert identity
    token = stage.account(identity.roles[0]).refresh_token
    found = [token]
    for _ in range(_TURNS):
        token = str(_refresh(stage, token).member("refreshToken"))
        found.append(token)
    decoded = [_bytes(each) for each in found]
    bits = min(len(each) for each in decoded) * 8
    spread = Counter(nibble for each in decoded for byte in each for nibble in (byte >> 4, byte & 15))
    expected = sum(spread.values()) / 16
    uneven = sum((spread[nibble] - expected) ** 2 / expected for nibble in range(16)) if expected else _UNEVEN + 1
    beginnings = len({each[:4] for each in found})
    reason = f"B20: {len(set(found))} of {len(found)} refresh tokens differ, the shortest holds {bits} bits, "
    reason += f"chi-square {uneven:.0f}, {beginnings} beginnings of four characters"
    sound = len(set(found)) == len(found) and bits >= _LEAST_BITS and uneven < _UNEVEN and beginnings > _TURNS * 0.9
    stage.holds(sound, "gate/security-session", reason)


def _bytes(token: str) -> bytes:
    """What a token says, without separators: base64url or hexadecimal."""
    plain = token.replace("-", "").replace(".", "")
    try:
        return bytes.fromhex(plain)
    except ValueError:
        pass
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return token.encode()
