import asyncio
import os
from urllib.parse import urlsplit


class Proxy:
    """Stands between the server and its database."""

    def __init__(self) -> None:
        self._target = urlsplit(os.environ["DATABASE_URL"])
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The database's address through this proxy."""
        login = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{login}@127.0.0.1:{self.port}").geturl()

    async def open(self) -> None:
        """Takes connections, on the same port as before."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Takes no more connections and breaks those that are open."""
        if self._server:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """Breaks every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """From now on no byte passes, on old connections and new ones."""
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection(self._target.hostname, self._target.port or 5432)
        self._writers |= {back, forth}
        await asyncio.gather(self._pass(near, forth), self._pass(far, back))

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while content := await source.read(65_536):
                await self._flowing.wait()
                target.write(content)
        except OSError:
            pass
        finally:
            self._writers.discard(target)
            target.transport.abort()
