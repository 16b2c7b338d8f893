"""Counts what a server asks of its database, on the wire between the two."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["Counts", "counting_proxy"]

# What a client may send before its first message: requests for encryption (PostgreSQL, "Message Formats").
ENCRYPTION = (80877103, 80877104)
CONTROL = re.compile(rb"\s*(begin|start|commit|rollback|savepoint|release|set|select\s+set_config)\b", re.IGNORECASE)


@dataclass(slots=True)
class Counts:
    """Statements carried out, those of them that only open, close or label a transaction, and waits of the server."""

    statements: int = 0
    control: int = 0
    round_trips: int = 0

    def reset(self) -> None:
        self.statements = self.control = self.round_trips = 0


@dataclass(slots=True)
class _Session:
    """One connection: its prepared statements and portals by name, and the answers that are still to come."""

    counts: Counts
    texts: dict[bytes, bytes] = field(default_factory=dict)
    portals: dict[bytes, bytes] = field(default_factory=dict)
    awaited: int = 0

    def sent(self, kind: bytes, body: bytes) -> None:
        match kind:
            case b"P":
                name, text, _ = body.split(b"\0", 2)
                self.texts[name] = text
            case b"B":
                portal, name, _ = body.split(b"\0", 2)
                self.portals[portal] = self.texts.get(name, b"")
            case b"E":
                self._carried_out(self.portals.get(body.partition(b"\0")[0], b""))
            case b"Q":
                for text in filter(bytes.strip, body.rstrip(b"\0").split(b";")):
                    self._carried_out(text)
                self._await()
            case b"S":
                self._await()

    def answered(self, kind: bytes) -> None:
        if kind == b"Z":
            self.awaited = max(0, self.awaited - 1)

    def _carried_out(self, text: bytes) -> None:
        self.counts.statements += 1
        self.counts.control += bool(CONTROL.match(text))

    def _await(self) -> None:
        # What is sent while an answer is awaited belongs to the same round trip.
        if self.awaited == 0:
            self.counts.round_trips += 1
        self.awaited += 1


@contextmanager
def counting_proxy(port: int) -> Iterator[tuple[int, Counts]]:
    """A port that leads to PostgreSQL's, and the counts of what goes through."""
    counts = Counts()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = asyncio.run_coroutine_threadsafe(
        asyncio.start_server(lambda reader, writer: _serve(reader, writer, port, counts), "127.0.0.1", 0), loop
    )
    server = opening.result()
    try:
        yield server.sockets[0].getsockname()[1], counts
    finally:
        asyncio.run_coroutine_threadsafe(_shut(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _shut(server: asyncio.Server) -> None:
    server.close()
    sessions = asyncio.all_tasks() - {asyncio.current_task()}
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)


async def _serve(client: asyncio.StreamReader, to_client: asyncio.StreamWriter, port: int, counts: Counts) -> None:
    server, to_server = await asyncio.open_connection("127.0.0.1", port)
    session = _Session(counts)
    try:
        await asyncio.gather(_forward(client, to_server, to_client, session), _return(server, to_client, session))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        to_server.close()
        to_client.close()


async def _forward(
    client: asyncio.StreamReader, server: asyncio.StreamWriter, to_client: asyncio.StreamWriter, session: _Session
) -> None:
    while True:
        head = await client.readexactly(8)
        length, code = int.from_bytes(head[:4]), int.from_bytes(head[4:])
        if code not in ENCRYPTION:
            server.write(head + await client.readexactly(length - 8))
            break
        to_client.write(b"N")
    while True:
        kind, size, body = await _message(client)
        session.sent(kind, body)
        server.write(kind + size + body)


async def _return(server: asyncio.StreamReader, client: asyncio.StreamWriter, session: _Session) -> None:
    while True:
        kind, size, body = await _message(server)
        session.answered(kind)
        client.write(kind + size + body)


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], head[1:], await reader.readexactly(int.from_bytes(head[1:]) - 4)
