"""Tickets that do not hold, pages of others, frames that are none."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from backwright.gates.layout import OUTBOX
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.realtime.client import Frame, Socket
from backwright.gates.realtime.stage import Stage
from backwright.gates.wire import Connection

__all__ = ["KNOWN_ORIGIN", "expired", "frames", "log", "origins", "stops", "tickets", "unread"]

KNOWN_ORIGIN = "https://app.example.com"
_TICKET, _HOSTILE = "gate/realtime-ticket", "gate/realtime-hostile"
_LARGEST = 65_536
_LIFETIME = 30
_FLOOD = 400
# 24 MB: more than the buffers of both ends of a connection take.
_UNREAD, _FILLING, _GONE = 400, 60_000, 3.0


def _refused(stage: Stage, what: str, socket: Socket, status: int, code: str = _TICKET) -> None:
    reason = f"{what}: the handshake answered {socket.status}, not {status}"
    stage.findings.check(socket.status == status, code, reason)
    if status != 101:
        is_problem = "application/problem+json" in socket.head.lower()
        stage.findings.check(is_problem, code, f"{what}: the refusal is no problem document")
    socket.close()


def tickets(stage: Stage) -> None:
    """One ticket opens one socket, of whoever made it; nothing else does."""
    who = stage.people()[0]
    used = stage.ticket(who)
    _refused(stage, "a new ticket, made by the other server", stage.open(who, 1, used), 101)
    _refused(stage, "a ticket once more", stage.open(who, 0, used), 401)
    _refused(stage, "no ticket", stage.open(None), 401)
    _refused(stage, "a made-up ticket", stage.open(None, 0, "A" * len(used)), 401)
    _refused(stage, "an access token as a ticket", stage.open(None, 0, who.token), 401)
    connection = Connection(stage.servers[0].url)
    for token, wanted in ((None, 401), ("garbage", 401)):
        answer = connection.call("POST", "/auth/socket-ticket", None, token)
        stage.findings.check(answer.status == wanted, _TICKET, f"a ticket for {token or 'nobody'}: {answer.status}")
    connection.close()
    _stored(stage, stage.ticket(who))
    _of_somebody_else(stage)


def _stored(stage: Stage, ticket: str) -> None:
    """No table holds a ticket that somebody could use who reads it."""
    names = stage.arena.store.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('app', 'internal')"
    )
    for (name,) in names:
        found = stage.arena.store.execute(f"select 1 from {name} as t where strpos(t::text, %s) > 0", [ticket])
        stage.findings.check(not found, _TICKET, f"{name} holds a ticket in plain text")


def _of_somebody_else(stage: Stage) -> None:
    """A ticket speaks for its owner, whatever else the handshake brings."""
    one, other, *_ = stage.people()
    socket = stage.open(None, 0, stage.ticket(other), {"Authorization": f"Bearer {one.token}"})
    stage.arena.store.execute("update internal.sessions set revoked_at = now() where user_id = %s", [one.id])
    time.sleep(5.0)
    reason = "a socket with another's ticket ended with the session of the access token"
    stage.findings.check(socket.code is None and socket.status == 101, _TICKET, reason)
    stage.arena.store.execute("update internal.sessions set revoked_at = null where user_id = %s", [one.id])
    socket.close()


def expired(stage: Stage, ticket: str, made: float) -> None:
    """A ticket that was made when the gate began."""
    time.sleep(max(made + _LIFETIME + 1 - time.monotonic(), 0))
    _refused(stage, f"a ticket after {_LIFETIME} seconds", stage.open(None, 0, ticket), 401)


def origins(stage: Stage) -> None:
    """Pages may ask whose origin is known, character by character; what is no browser sends none."""
    who = stage.people()[0]
    evil = (f"{KNOWN_ORIGIN}.evil.com", "http://app.example.com", "https://evil.com", "null", f"{KNOWN_ORIGIN}:444")
    for origin in evil:
        _refused(stage, f"a page of {origin}", stage.open(who, 1, None, {"Origin": origin}), 403, _HOSTILE)
    _refused(stage, "a page of a known origin", stage.open(who, 1, None, {"Origin": KNOWN_ORIGIN}), 101, _HOSTILE)
    _refused(stage, "a page where none is known", stage.open(who, 0, None, {"Origin": KNOWN_ORIGIN}), 403, _HOSTILE)


def frames(stage: Stage) -> None:
    """Each abuse ends its own socket with its own code, and no other."""
    who = stage.people()[0]
    other = stage.open(stage.people()[-1])
    offered = stage.open(who, 0, None, {"Sec-WebSocket-Extensions": "permessage-deflate"})
    compressed = "sec-websocket-extensions" in offered.head.lower()
    stage.findings.check(not compressed, _HOSTILE, "messages may be compressed, so a small one may become large")
    offered.close()
    fitting = stage.open(who)
    fitting.say("x" * _LARGEST)
    fitting.until(lambda: bool(fitting.of("error")))
    stage.findings.check(fitting.code is None and bool(fitting.of("error")), _HOSTILE, "64 kB are refused")
    for number, text in enumerate(("", "{", "[]", "null", '{"type":"subscribe"}', '{"type":"x","id":"a"}')):
        fitting.say(text)
        told = fitting.until(lambda number=number: len(fitting.of("error")) >= number + 2)  # type: ignore[misc]
        stage.findings.check(told and fitting.code is None, _HOSTILE, f"{text!r} has no answer")
    fitting.close()
    _closes(stage, who, "a message over 64 kB", 1009, Frame(1, b"x" * (_LARGEST + 1)))
    _closes(stage, who, "a gigabyte announced", 1009, Frame(1, b"x", size=1 << 30))
    _closes(stage, who, "a binary message", 1003, Frame(2, b"{}"))
    _closes(stage, who, "no UTF-8", 1007, Frame(1, b"\xc3\x28"))
    _closes(stage, who, "an unknown opcode", 1002, Frame(3, b""))
    _closes(stage, who, "a frame without mask", 1002, Frame(1, b"{}", masked=False))
    _closes(stage, who, "a reserved bit", 1002, Frame(1, b"{}", flags=0xC0))
    _fragments(stage, who)
    _flood(stage, who)
    answer = stage.subscribe(other, "nowhere")
    stage.findings.check(answer == "not_found", _HOSTILE, "what one socket did was felt by another")
    other.close()


def _closes(stage: Stage, who: Principal, what: str, code: int, frame: Frame) -> None:
    socket = stage.open(who)
    socket.frame(frame)
    found = socket.closed()
    stage.findings.check(found == code, _HOSTILE, f"{what}: the socket ended with {found}, not {code}")
    socket.close()


def _fragments(stage: Stage, who: Principal) -> None:
    socket = stage.open(who)
    socket.frame(Frame(1, b"x" * 40_000, flags=0))
    socket.frame(Frame(0, b"x" * 40_000))
    found = socket.closed()
    stage.findings.check(found == 1009, _HOSTILE, f"fragments over 64 kB: the socket ended with {found}, not 1009")
    socket.close()


def _flood(stage: Stage, who: Principal) -> None:
    socket = stage.open(who)
    for _ in range(_FLOOD):
        socket.say("{}")
    found = socket.closed()
    stage.findings.check(found == 1008, _HOSTILE, f"{_FLOOD} messages at once: the socket ended with {found}, not 1008")
    socket.close()


def unread(stage: Stage) -> None:
    """Whoever does not read is not waited for: the server closes their socket and drops what it had for them."""
    oracle = Oracle(stage.plan, stage.state, datetime.now(UTC))
    cells = ((who, each) for who in stage.people() for each in stage.places())
    who, place = next(((who, each) for who, each in cells if stage.hears(oracle, who, each)), (None, None))
    if who is None or place is None:
        return
    socket = stage.open(who)
    stage.subscribe(socket, place.text)
    socket.deaf = True
    event = place.channel.events[0]
    payload = {**stage.payload(event, place), "filling": "x" * _FILLING}
    emitted = [stage.emit(event, payload) for _ in range(_UNREAD)]
    time.sleep(_GONE)
    socket.listen()
    code = socket.closed()
    reason = f"{place.known}: a socket that had not read {_UNREAD} large events was kept waiting for"
    stage.findings.check(code is not None and len(socket.of("event")) < _UNREAD, _HOSTILE, reason)
    stage.admin.execute(f"delete from {OUTBOX} where id = any(%s)", (emitted,))
    socket.close()


def stops(stage: Stage) -> None:
    """A server that is told to stop says so on every socket, and ends with 0."""
    who = stage.people()[-1]
    socket = stage.open(who, 1)
    code = stage.servers[1].stop()
    found = socket.closed()
    told = bool(socket.of("stopping"))
    socket.close()
    reason = f"a stop: the process ended with {code}, the socket with {found}, announced: {told}"
    stage.findings.check(code == 0 and found == 1001 and told, _HOSTILE, reason)


def log(stage: Stage) -> None:
    """No ticket is in any log."""
    written = "".join(server.log() for server in stage.servers)
    for ticket in stage.tickets:
        stage.findings.check(not ticket or ticket not in written, _TICKET, "a ticket is in the log")
