"""Batches of prepared statements: whatever goes out before one Sync is one round trip and one implicit transaction."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from psycopg import AsyncConnection, Error, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from services.observability.tracing import tracer


class Statement(NamedTuple):
    """A text with its values; one name always means one text, and an empty one a text that is not worth keeping."""

    name: str
    text: str
    values: Sequence[str | bytes | int | None] = ()


FRAME = ("begin", "context", "commit")
Row = tuple[bytes | None, ...]


@dataclass(slots=True)
class Result:
    """What one statement selected, as text, and how many rows it touched."""

    rows: list[Row]
    count: int


class Unreachable(Exception):
    """The database could not be asked, or its answer got lost; what it carried out is not known."""


class Failed(Exception):
    """A statement failed; `completed` is what those before it selected."""

    def __init__(self, error: Error, completed: Sequence[Result]) -> None:
        super().__init__(str(error))
        self.error = error
        self.completed = completed


@dataclass(slots=True)
class _Batch:
    answer: asyncio.Future[list[Result]]
    # The time of the loop at which it has taken too long.
    due: float
    # The name that a command prepares, or None for a command that runs a statement.
    commands: deque[str | None]
    results: list[Result] = field(default_factory=list)
    error: Error | None = None


class Connection:
    """One connection in pipeline mode (PostgreSQL, "Pipeline Mode"); batches are sent without waiting for one another.
    It breaks where an answer takes longer than `timeout` seconds.
    """

    def __init__(self, connection: AsyncConnection, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._watch: asyncio.TimerHandle | None = None
        self._pq = connection.pgconn
        self._pq.nonblocking = 1
        self._pq.enter_pipeline_mode()
        self._socket = self._pq.socket
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)
        self._batches: deque[_Batch] = deque()
        self._prepared: dict[str, bytes] = {}
        self._count = 0
        self.closed = False

    def run(self, statements: Iterable[Statement]) -> asyncio.Future[list[Result]]:
        """The results in order; an error of one statement undoes all, and those behind it are not carried out."""
        if self.closed:
            raise Unreachable("the connection is closed")
        encoded = [(statement, [encode(value) for value in statement.values]) for statement in statements]
        batch = _Batch(self._loop.create_future(), self._loop.time() + self._timeout, deque())
        try:
            for statement, values in encoded:
                self._send(statement, values, batch)
            self._pq.pipeline_sync()
            self._batches.append(batch)
            self._write()
        except OperationalError as error:
            self._break(error)
            raise Unreachable(str(error)) from error
        if tracer:
            _trace(batch.answer, [statement for statement, _ in encoded])
        if self._watch is None:
            self._watch = self._loop.call_at(batch.due, self._look)
        return batch.answer

    def _look(self) -> None:
        """Batches are answered in turn, so the first one that waits is the one to look at."""
        self._watch = None
        if not self._batches:
            return
        due = self._batches[0].due
        if due <= self._loop.time():
            self._break(OperationalError("the database did not answer in time"))
        else:
            self._watch = self._loop.call_at(due, self._look)

    def close(self) -> None:
        self._break(OperationalError("the connection was closed"))

    def _send(self, statement: Statement, values: list[bytes | None], batch: _Batch) -> None:
        name = self._prepared.get(statement.name) if statement.name else b""
        if not name:
            if name is None:
                self._count += 1
                name = self._prepared[statement.name] = b"s%d" % self._count
            self._pq.send_prepare(name, statement.text.encode())
            batch.commands.append(statement.name)
        self._pq.send_query_prepared(name, values)
        batch.commands.append(None)

    def _write(self) -> None:
        if self._pq.flush():
            self._loop.add_writer(self._socket, self._write_more)

    def _write_more(self) -> None:
        try:
            if not self._pq.flush():
                self._loop.remove_writer(self._socket)
        except OperationalError as error:
            self._break(error)

    def _read(self) -> None:
        try:
            self._pq.consume_input()
            while self._batches and not self._pq.is_busy():
                result = self._pq.get_result()
                if result is None:
                    self._batches[0].commands.popleft()
                else:
                    self._take(self._batches[0], result)
        except OperationalError as error:
            self._break(error)

    def _take(self, batch: _Batch, result: PGresult) -> None:
        match result.status:
            case ExecStatus.TUPLES_OK | ExecStatus.COMMAND_OK:
                if batch.commands[0] is None:
                    batch.results.append(_result(result))
            case ExecStatus.PIPELINE_SYNC:
                self._batches.popleft()
                self._answer(batch)
            case ExecStatus.PIPELINE_ABORTED:
                self._forget(batch.commands[0])
            case _:
                self._forget(batch.commands[0])
                batch.error = batch.error or error_from_result(result)

    def _forget(self, name: str | None) -> None:
        if name:
            self._prepared.pop(name, None)

    def _answer(self, batch: _Batch) -> None:
        if batch.answer.done():
            return
        if batch.error is None:
            batch.answer.set_result(batch.results)
        else:
            batch.answer.set_exception(Failed(batch.error, batch.results))

    def _break(self, error: Error) -> None:
        if self.closed:
            return
        self.closed = True
        if self._watch:
            self._watch.cancel()
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._pq.finish()
        while self._batches:
            batch = self._batches.popleft()
            if not batch.answer.done():
                batch.answer.set_exception(Unreachable(str(error)))


def _trace(answer: asyncio.Future[list[Result]], statements: Sequence[Statement]) -> None:
    """The names of the statements say what was asked; their texts and values are nobody's business."""
    named = [statement.name or "unnamed" for statement in statements if statement.name not in FRAME]
    attributes: dict[str, str | int] = {
        "db.system.name": "postgresql",
        "db.query.summary": ", ".join(named),
        "db.operation.batch.size": len(statements),
    }
    if tracer:
        tracer.follow(answer, named[0] if named else "commit", attributes)


def _result(result: PGresult) -> Result:
    columns = range(result.nfields)
    rows = [tuple([result.get_value(row, column) for column in columns]) for row in range(result.ntuples)]
    return Result(rows, result.command_tuples or 0)


def encode(value: str | bytes | int | None) -> bytes | None:
    """A value as its text. ValueError for NUL, at which libpq would end it."""
    if value is None:
        return None
    text = value if isinstance(value, bytes) else str(value).encode()
    if b"\0" in text:
        raise ValueError("PostgreSQL has no text with NUL")
    return text
