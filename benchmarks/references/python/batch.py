"""Prepared statements before one Sync, through libpq's pipeline: one round trip, one implicit transaction."""

from __future__ import annotations

import asyncio
import os
from collections import deque

import psycopg
from psycopg.pq import ExecStatus

Statement = tuple[bytes, bytes, list[bytes]]


class Connection:
    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._keep = connection
        self._pq = connection.pgconn
        self._pq.nonblocking = 1
        self._pq.enter_pipeline_mode()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._pq.socket, self._read)
        self._waiting: deque[tuple[asyncio.Future, list]] = deque()
        self._known: set[bytes] = set()

    def run(self, statements: list[Statement]) -> asyncio.Future:
        pq = self._pq
        for name, text, values in statements:
            if name not in self._known:
                self._known.add(name)
                pq.send_prepare(name, text)
            pq.send_query_prepared(name, values)
        pq.pipeline_sync()
        answer = self._loop.create_future()
        self._waiting.append((answer, []))
        self._write()
        return answer

    def _write(self) -> None:
        if self._pq.flush():
            self._loop.add_writer(self._pq.socket, self._write_rest)

    def _write_rest(self) -> None:
        if not self._pq.flush():
            self._loop.remove_writer(self._pq.socket)

    def _read(self) -> None:
        pq = self._pq
        pq.consume_input()
        while self._waiting and not pq.is_busy():
            result = pq.get_result()
            if result is None:
                continue
            answer, results = self._waiting[0]
            if result.status == ExecStatus.TUPLES_OK:
                results.append(result)
            elif result.status == ExecStatus.FATAL_ERROR:
                answer.set_exception(psycopg.errors.error_from_result(result))
            elif result.status == ExecStatus.PIPELINE_SYNC:
                self._waiting.popleft()
                if not answer.done():
                    answer.set_result(results)


class Connections:
    """Connections that all requests share."""

    async def open(self, count: int) -> None:
        url = os.environ["DATABASE_URL"]
        opened = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(count)]
        self._all = deque(map(Connection, opened))

    def run(self, statements: list[Statement]) -> asyncio.Future:
        self._all.rotate(1)
        return self._all[0].run(statements)
