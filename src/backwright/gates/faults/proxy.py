"""A TCP proxy between a server and its database, which delays, stalls, loses and cuts on command."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Proxy"]

_CHUNK = 65_536
# SO_LINGER of no time: closing sends RST (socket(7)).
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards bytes to the database of a URL; everything runs on a thread of its own.

    Replies of `heavy` bytes or more are late by `delay` seconds.
    """

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._until_loss: int | None = None
        self._losing_replies = True
        self._server: asyncio.Server | None = None
        self.delay = 0.0
        self.heavy = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """The database's URL through this proxy."""
        assert self._server
        port = self._server.sockets[0].getsockname()[1]
        login = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{login}@127.0.0.1:{port}").geturl()

    def stall(self) -> None:
        """From now on no byte passes, on old connections and new ones."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def resume(self) -> None:
        """Lets pass what was held back, and everything after it."""
        self._loop.call_soon_threadsafe(self._flowing.set)

    def lose(self, passing: int, *, replies: bool) -> None:
        """Lets so many messages to the database, or replies, pass, swallows the next and breaks its connection."""
        self._losing_replies = replies
        self._until_loss = passing

    def lost(self) -> bool:
        """Whether something was lost since; from now on nothing is."""
        lost = self._until_loss is None
        self._until_loss = None
        return lost

    def cut(self) -> None:
        """Breaks every connection."""
        self._do(self._cut())

    def _do(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10.0)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        await self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _cut(self) -> None:
        for writer in list(self._writers):
            _break(writer)

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            far, forth = await asyncio.open_connection(self._target.hostname, self._target.port or 5432)
        except OSError:
            _break(back)
            return
        finally:
            self._tasks.discard(task)
        pair = {back, forth}
        self._writers |= pair
        self._tasks.add(task)
        try:
            await asyncio.gather(self._pass(near, forth), self._pass(far, back, reply=True))
        finally:
            self._tasks.discard(task)
            self._writers -= pair
            for writer in pair:
                _break(writer)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, reply: bool = False) -> None:
        with contextlib.suppress(OSError):
            while content := await source.read(_CHUNK):
                await self._flowing.wait()
                if reply and self.delay and len(content) >= self.heavy:
                    await asyncio.sleep(self.delay)
                if reply == self._losing_replies and self._until_loss is not None:
                    if self._until_loss == 0:
                        self._until_loss = None
                        break
                    self._until_loss -= 1
                target.write(content)
        _break(target)


def _break(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
