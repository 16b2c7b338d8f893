import asyncio
import math
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeVar

import psycopg

from config.application import NAME
from config.settings import settings
from services.data.batch import Connection, Failed, Result, Statement, Unreachable


class Context(NamedTuple):
    """Who a statement runs for; row-level security reads these three values."""

    user_id: str | None
    role: str | None
    operation: str


TIMEOUT = settings.database_timeout_ms / 1000
CONNECT_TIMEOUT = settings.database_connect_timeout_ms / 1000
# The server gives up first: a statement then fails alone, without the connection and what else waits on it.
SERVER_TIMEOUT_MS = math.ceil(settings.database_timeout_ms * 0.9)
OPTIONS = f"-c statement_timeout={SERVER_TIMEOUT_MS} -c idle_in_transaction_session_timeout={settings.database_timeout_ms}"

BEGIN = Statement("begin", "begin")
COMMIT = Statement("commit", "commit")
ROLLBACK = Statement("rollback", "rollback")
CONTEXT = (
    "select set_config('app.user_id', $1, true), set_config('app.role', $2, true), set_config('app.operation', $3, true)"
)

# A neighbour on the shared connection failed while it prepared the same statement.
UNKNOWN_STATEMENT = "26000"
RETRIED = ("40001", "40P01")
ATTEMPTS = 4

T = TypeVar("T")


def context_statement(context: Context) -> Statement:
    return Statement("context", CONTEXT, (context.user_id or "", context.role or "", context.operation))


async def _connect() -> Connection:
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            return Connection(
                await psycopg.AsyncConnection.connect(
                    settings.database_url, autocommit=True, application_name=NAME, options=OPTIONS, keepalives=1
                ),
                TIMEOUT,
            )
    except (psycopg.Error, OSError, TimeoutError) as error:
        raise Unreachable(str(error)) from error


class Pool(NamedTuple):
    name: str
    used: int
    idle: int
    waiting: int
    max: int


class Readers:
    """Connections that all reads share: their batches are sent without waiting for one another."""

    def __init__(self, size: int) -> None:
        self._slots: list[Connection | None] = [None] * size
        self._opening: list[asyncio.Task[Connection] | None] = [None] * size
        self._turn = 0

    @property
    def pool(self) -> Pool:
        opened = sum(connection is not None and not connection.closed for connection in self._slots)
        return Pool("readers", opened, 0, 0, len(self._slots))

    async def next(self) -> Connection:
        self._turn = turn = (self._turn + 1) % len(self._slots)
        connection = self._slots[turn]
        return connection if connection and not connection.closed else await self._open(turn)

    async def _open(self, slot: int) -> Connection:
        """One attempt, for whoever waits for it."""
        opening = self._opening[slot]
        if opening is None or opening.done():
            opening = self._opening[slot] = asyncio.create_task(self._connect(slot))
        return await asyncio.shield(opening)

    async def _connect(self, slot: int) -> Connection:
        connection = self._slots[slot] = await _connect()
        return connection

    def close(self) -> None:
        for connection in self._slots:
            if connection:
                connection.close()


class Writers:
    """Connections for one transaction at a time; whoever finds none waits for as long as connecting may take."""

    def __init__(self, size: int) -> None:
        self._idle: deque[Connection] = deque()
        self._free = asyncio.Semaphore(size)
        self._size = size
        self._used = 0
        self._waiting = 0
        self._waited_in_vain = False

    @property
    def exhausted(self) -> bool:
        """Whether the last who waited for a connection got none, and none has become free since."""
        return self._waited_in_vain and self._used >= self._size

    @property
    def pool(self) -> Pool:
        idle = sum(not connection.closed for connection in self._idle)
        return Pool("writers", self._used, idle, self._waiting, self._size)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        await self._wait()
        self._used += 1
        connection = None
        try:
            connection = self._take() or await _connect()
            try:
                yield connection
            except BaseException:
                await _rolled_back(connection)
                raise
        finally:
            if connection and not connection.closed:
                self._idle.append(connection)
            self._used -= 1
            self._free.release()

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self._free.acquire()
            self._waited_in_vain = False
        except TimeoutError as error:
            self._waited_in_vain = True
            raise Unreachable("no connection became free") from error
        finally:
            self._waiting -= 1

    def _take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed:
                return connection
        return None

    def close(self) -> None:
        for connection in self._idle:
            connection.close()


async def _rolled_back(connection: Connection) -> None:
    """Closes a connection that cannot be brought back to a state of which something is known."""
    try:
        await asyncio.shield(connection.run([ROLLBACK]))
    except (Failed, Unreachable):
        connection.close()


readers = Readers(settings.database_readers)
writers = Writers(settings.database_pool_size)


async def read(context: Context, *statements: Statement) -> list[Result]:
    """Reads in one round trip: the context and the statements form one implicit transaction.

    A connection that breaks early is forgiven once.
    """
    if settings.database_pipeline == "off":
        return await write(context, *statements)
    batch = [context_statement(context), *statements]
    started = time.monotonic()
    try:
        return (await (await readers.next()).run(batch))[1:]
    except Unreachable:
        if time.monotonic() - started >= TIMEOUT / 2:
            raise
    except Failed as failure:
        if failure.error.sqlstate != UNKNOWN_STATEMENT:
            raise
    return (await (await readers.next()).run(batch))[1:]


async def write(context: Context, *statements: Statement) -> list[Result]:
    """Writes that need no decision between them, in one round trip and one implicit transaction."""
    if settings.database_pipeline == "off":
        return await transaction(context, lambda tx: tx.send(*statements))
    async with writers.connection() as connection:
        return (await connection.run([context_statement(context), *statements]))[1:]


class Transaction:
    """An open transaction; `send` is one round trip, however many statements it carries."""

    def __init__(self, connection: Connection, context: Context) -> None:
        self.context = context
        self._connection = connection
        self._prologue = [BEGIN, context_statement(context)]
        self._committed = False

    async def send(self, *statements: Statement) -> list[Result]:
        prologue, self._prologue = self._prologue, []
        try:
            return (await self._run([*prologue, *statements]))[len(prologue) :]
        except Failed as failure:
            raise Failed(failure.error, failure.completed[len(prologue) :]) from failure

    async def commit(self, *statements: Statement) -> list[Result]:
        """The last statements and the commit, together."""
        if self._committed:
            return []
        results = await self.send(*statements, COMMIT)
        self._committed = True
        return results[:-1]

    async def _run(self, statements: list[Statement]) -> list[Result]:
        if settings.database_pipeline == "on":
            return await self._connection.run(statements)
        results: list[Result] = []
        for statement in statements:
            try:
                results += await self._connection.run([statement])
            except Failed as failure:
                raise Failed(failure.error, results) from failure
        return results


async def transaction(context: Context, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Runs `work` in one transaction: commits it unless `work` did, rolls back on any error, retries deadlocks and
    serialization failures.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return await _attempt(context, work)
        except Failed as failure:
            if failure.error.sqlstate not in RETRIED:
                raise
        await asyncio.sleep(random.random() * 0.02 * 2**attempt)
    return await _attempt(context, work)


async def _attempt(context: Context, work: Callable[[Transaction], Awaitable[T]]) -> T:
    async with writers.connection() as connection:
        tx = Transaction(connection, context)
        result = await work(tx)
        await tx.commit()
        return result


def is_exhausted() -> bool:
    return writers.exhausted


def pools() -> tuple[Pool, Pool]:
    """How many connections there are; those that all reads share are always used."""
    return writers.pool, readers.pool


def close_database() -> None:
    readers.close()
    writers.close()
