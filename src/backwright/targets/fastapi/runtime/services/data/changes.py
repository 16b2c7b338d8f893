import asyncio
import random
import time

import psycopg
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from structlog.typing import FilteringBoundLogger

from config.application import NAME
from config.settings import settings
from services.data.cache import ResponseCache
from services.data.database import CONNECT_TIMEOUT
from services.external.log import described

LOOK_SECONDS = 0.25
LOOK_TIMEOUT = 2.0
FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0


async def follow_changes(log: FilteringBoundLogger, cache: ResponseCache) -> None:
    """Hears what is written, for the cache, until it is cancelled."""
    failures = 0
    while True:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                connection = await psycopg.AsyncConnection.connect(
                    settings.database_url, autocommit=True, application_name=NAME, keepalives=1
                )
            hearing = _Hearing(connection, cache)
            try:
                await hearing.ask(b"listen changes")
                cache.listening()
                failures = 0
                await _look(hearing, cache)
            finally:
                hearing.close()
        except (psycopg.Error, OSError, TimeoutError) as error:
            if failures == 0:
                log.warning("changes.failed", err=described(error))
            failures += 1
        # Longer after each failure, and never for all servers at the same time.
        await asyncio.sleep(min(LONGEST_DELAY, FIRST_DELAY * 2**failures) * random.uniform(0.5, 1))


async def _look(hearing: "_Hearing", cache: ResponseCache) -> None:
    """A connection that has died in silence hears nothing: every look asks the database for something, and whatever was
    said before the look has arrived when it is answered.
    """
    while True:
        asked = time.monotonic()
        await hearing.ask(b"select 1")
        cache.heard_until(asked)
        await asyncio.sleep(LOOK_SECONDS)


class _Hearing:
    """A connection whose notifications reach the cache as they come."""

    def __init__(self, connection: psycopg.AsyncConnection, cache: ResponseCache) -> None:
        self._connection = connection
        self._pq = connection.pgconn
        self._socket = self._pq.socket
        self._cache = cache
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)
        self._answer: asyncio.Future[None] | None = None
        self._lost: OperationalError | None = None

    async def ask(self, text: bytes) -> None:
        if self._lost:
            raise self._lost
        self._answer = self._loop.create_future()
        self._pq.send_query(text)
        async with asyncio.timeout(LOOK_TIMEOUT):
            await self._answer

    def close(self) -> None:
        self._break(OperationalError("the connection was closed"))

    def _read(self) -> None:
        try:
            self._pq.consume_input()
            self._hear()
            while not self._pq.is_busy():
                result = self._pq.get_result()
                self._hear()
                if result is None:
                    self._answered(None)
                    break
                if result.status == ExecStatus.FATAL_ERROR:
                    self._answered(error_from_result(result))
        except OperationalError as error:
            self._break(error)

    def _hear(self) -> None:
        while notification := self._pq.notifies():
            self._cache.drop(notification.extra.decode())

    def _answered(self, error: psycopg.Error | None) -> None:
        if self._answer is None or self._answer.done():
            return
        if error:
            self._answer.set_exception(error)
        else:
            self._answer.set_result(None)

    def _break(self, error: OperationalError) -> None:
        if self._lost:
            return
        self._lost = error
        self._cache.deaf()
        self._loop.remove_reader(self._socket)
        self._pq.finish()
        self._answered(error)
