"""D22, F2, F4, E6: bytes that two readers could take for different requests, and heads that never end."""

from __future__ import annotations

import socket
import struct
from contextlib import closing, suppress

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast
from backwright.gates.security.headers import misplaced
from backwright.gates.security.sockets import Heard, connected, head, say
from backwright.gates.security.stage import Stage

__all__ = ["framing"]

_HOST = b"Host: 127.0.0.1\r\n"
_UNCLEAR = (400, 404, 405, 505)
_HIDDEN = b"GET /v1/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def framing(stage: Stage, cast: Cast) -> None:
    """Each on a connection of its own: one answer, 400, and the connection is closed."""
    path = cast.all[0].attack.path if cast.all else "/"
    target = (stage.surface.base + path).encode()
    for title, content in _ambiguous(target):
        _refused(stage, _raw("D22", title, content), say(stage.server.url, content), (400, 501))
    for title, content in _broken(target):
        _refused(stage, _raw("D22", title, content), say(stage.server.url, content), _UNCLEAR, closed=False)
    for title, content, wanted in _heavy(target):
        _refused(stage, _raw("F1", title, content), say(stage.server.url, content), wanted, closed=False)
    for title, content in _plain(target):
        heard = say(stage.server.url, content)
        reply = heard.first
        stage.findings.done()
        if len(heard.replies) != 1 or reply.status == 101 or "smuggled" in reply.body:
            said = f"{len(heard.replies)} answers, the first is {reply.status}"
            stage.fail("gate/security-framing", _raw("D22", title, content), reply, said)
    for title, lines in _heads():
        content = head("GET", target.decode(), lines)
        _refused(stage, _raw("F2", title, content), say(stage.server.url, content), (431, 400))
    _vanished(stage, cast)
    long = head("GET", f"{target.decode()}?{'a' * 65_536}=1")
    _refused(stage, _raw("E6", "a target of 64 kB", long), say(stage.server.url, long), (414, 431))


def _vanished(stage: Stage, cast: Cast) -> None:
    """F4: whoever breaks off right after a refusal harms nobody."""
    for content in (b"CONNECT x:1 HTTP/1.1\r\n" + _HOST + b"\r\n", *(broken for _, broken in _broken(b"/"))):
        with suppress(OSError), closing(connected(stage.server.url)) as connection:
            connection.sendall(content)
            connection.recv(1)
            # It ends with a reset (SO_LINGER of no time).
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for each in cast.all[:1]:
        stage.attack(each.as_check("F4", "after clients have vanished", each.success))


def _raw(check: str, title: str, content: bytes) -> Attack:
    return Attack(check, "RAW", "", content[:60].decode("latin-1").replace("\r\n", "\\r\\n"), title)


def _ambiguous(target: bytes) -> list[tuple[str, bytes]]:
    start = b"POST " + target + b" HTTP/1.1\r\n" + _HOST + b"Content-Type: application/json\r\n"
    chunked = b"0\r\n\r\n" + _HIDDEN
    long = str(len(chunked)).encode()
    return [
        (
            "Content-Length and Transfer-Encoding",
            start + b"Content-Length: " + long + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        ),
        (
            "Transfer-Encoding and Content-Length",
            start + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + chunked,
        ),
        ("two Content-Lengths", start + b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + _HIDDEN),
        ("two Content-Lengths in one", start + b"Content-Length: 2, 60\r\n\r\n{}" + _HIDDEN),
        ("Transfer-Encoding: xchunked", start + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked),
        ("Transfer-Encoding: gzip, chunked", start + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked),
        ("Transfer-Encoding: chunked, identity", start + b"Transfer-Encoding: chunked, identity\r\n\r\n" + chunked),
        ("a tab before chunked and a length", start + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 2\r\n\r\n{}"),
        ("a blank before the colon", start + b"Content-Length : 60\r\n\r\n" + _HIDDEN),
        ("Transfer-Encoding with a blank before the colon", start + b"Transfer-Encoding : chunked\r\n\r\n" + chunked),
        ("a negative length", start + b"Content-Length: -1\r\n\r\n" + _HIDDEN),
        ("a length with a sign", start + b"Content-Length: +2\r\n\r\n{}" + _HIDDEN),
        ("a hexadecimal length", start + b"Content-Length: 0x2\r\n\r\n{}" + _HIDDEN),
        ("a folded header", start + b"X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}"),
        ("a chunk size that is none", start + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk longer than it says", start + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
        ("a NUL in a header", start + b"X-Zero: a\x00b\r\nContent-Length: 2\r\n\r\n{}"),
        ("a bare CR in a header", start + b"X-Bare: a\rContent-Length: 60\r\nContent-Length: 2\r\n\r\n{}"),
    ]


def _heavy(target: bytes) -> list[tuple[str, bytes, tuple[int, ...]]]:
    """Lengths that no server should wait for."""
    start = b"POST " + target + b" HTTP/1.1\r\n" + _HOST + b"Content-Type: application/json\r\nContent-Length: "
    expecting = b"67108864\r\nExpect: 100-continue\r\n\r\n"
    return [
        ("a length that no number holds", start + b"9" * 40 + b"\r\n\r\n{}", (400, 413)),
        ("64 MB that are announced and expected", start + expecting, (413, 417)),
    ]


def _plain(target: bytes) -> list[tuple[str, bytes]]:
    """Requests with one meaning, and one answer."""
    start = b"GET " + target + b" HTTP/1.1\r\n" + _HOST
    length = str(len(_HIDDEN)).encode()
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
    return [
        ("a read with a request as its body", start + b"Content-Length: " + length + b"\r\n\r\n" + _HIDDEN),
        ("an upgrade to HTTP/2", start + upgrade),
        ("an upgrade to a socket", start + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
    ]


def _broken(target: bytes) -> list[tuple[str, bytes]]:
    return [
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n"),
        ("HTTP/0.9", b"GET " + target + b"\r\n\r\n"),
        ("HTTP/3.7", b"GET " + target + b" HTTP/3.7\r\n" + _HOST + b"\r\n"),
        ("no Host", b"GET " + target + b" HTTP/1.1\r\n\r\n"),
        ("two Hosts", b"GET " + target + b" HTTP/1.1\r\n" + _HOST + b"Host: evil.example\r\n\r\n"),
        ("a blank in the target", b"GET " + target + b" /x HTTP/1.1\r\n" + _HOST + b"\r\n"),
        ("bytes in a name", b"GET " + target + b" HTTP/1.1\r\n" + _HOST + b"X\xe9: a\r\n\r\n"),
    ]


def _heads() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        ("a header of 64 kB", [("X-Long", "a" * 65_536)]),
        ("10,000 cookies", [("Cookie", "; ".join(f"c{number}=1" for number in range(10_000)))]),
        ("5,000 headers", [(f"X-{number}", "1") for number in range(5_000)]),
        ("a token of 64 kB", [("Authorization", f"Bearer {'a' * 65_536}")]),
    ]


def _refused(stage: Stage, attack: Attack, heard: Heard, wanted: tuple[int, ...], *, closed: bool = True) -> None:
    """`closed` is whether the connection must end: where it is clear what comes next, it may go on."""
    stage.findings.done()
    reply = heard.first
    if reply.status not in wanted:
        stage.fail("gate/security-framing", attack, reply, f"answered {reply.status or 'nothing'}, not 400")
    elif len(heard.replies) > 1 or (closed and not heard.closed):
        said = f"{len(heard.replies)} answers" if len(heard.replies) > 1 else "the connection stays open"
        stage.fail("gate/security-framing", attack, reply, said)
    elif misplaced(attack.method, reply):
        stage.fail("gate/security-headers", attack, reply, misplaced(attack.method, reply))
