"""The gate `load` passes the shop, and catches what is planted in it."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.crowd import Call
from backwright.gates.load import GATE
from backwright.gates.load.client import offer
from backwright.plan.model import Plan, Requirement
from backwright.plan.objectives import stated_load, unread_load
from tests.gates.copies import codes
from tests.pace import pace

Edit = tuple[str, str, str]
OWN = "tests/performance/load.test.ts"
LIST = "services/data/list.ts"
INDEX = "create index order_lines_order_id_idx on app.order_lines (order_id, id);"

SHOWN = "  const shown = rows.slice(0, limit);\n"

# Where the machine is slow, answers do not only come late.
LATE = {"gate/load-latency", "gate/load-answer"}

DEFECTS: dict[str, tuple[set[str], Edit]] = {
    "a handler sleeps": (
        LATE,
        (
            "api/controllers/resource.ts",
            "  const json = single(result);\n",
            "  await new Promise((resolve) => setTimeout(resolve, 300));\n  const json = single(result);\n",
        ),
    ),
    "a handler blocks the event loop": (
        LATE,
        (LIST, SHOWN, "  const until = performance.now() + 30;\n  while (performance.now() < until);\n" + SHOWN),
    ),
    "an answer is not the one that is expected": (
        {"gate/load-own-test"},
        (
            OWN,
            "'/v1/categories', { as: caller, body })).status, 201",
            "'/v1/categories', { as: caller, body })).status, 200",
        ),
    ),
    "the project's own test sends nothing": (
        {"gate/load-own-test"},
        (OWN, "await underLoad({ rate: 200, within: 200 }, reads, writes)", "assert.ok([underLoad, reads, writes])"),
    ),
    "an index is dropped": ({"gate/load-scan"}, ("database/migrations/0001_initial.up.sql", INDEX, "")),
}


@pytest.mark.slow
def test_the_shop_passes(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed", result.reason
    assert result.count >= 2000
    assert "200 requests a second were offered" in result.reason
    assert "event loop" in result.reason
    assert "Few rows" not in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, planted: Callable[..., ProjectSystem]) -> None:
    wanted, edit = DEFECTS[defect]
    assert wanted & codes(GATE.run(planted(edit)))


def test_what_is_stated_is_read_and_what_is_not_is_said(plan: Plan) -> None:
    promise = stated_load(plan)
    assert promise is not None
    assert (promise.rate, promise.p95, promise.users) == (200, 0.2, 10_000)
    [load, *_] = plan.requirements
    none = replace(plan, requirements=())
    assert stated_load(none) is None
    assert unread_load(none) == "`requirements` state no load.rps and no load.p95"
    odd = replace(plan, requirements=(Requirement("load.rps", "many", load.origin),))
    assert stated_load(odd) is None
    assert "nobody can measure load.rps: many" in unread_load(odd)


def test_a_server_that_stands_still_is_charged_for_everybody_who_waits() -> None:
    """One stop of half a second: a closed loop would see one slow answer, an open one all that were due meanwhile."""
    with _stalling(0.5) as url:
        measured = offer(url, itertools.repeat(Call("GET", "/x")), 100, 2.0)
    assert {each.status for each in measured} == {200}
    assert sum(each.seconds > 0.1 for each in measured) >= 30
    quick = 0.1 * pace()
    assert sum(each.seconds < quick for each in measured) >= 100


@contextmanager
def _stalling(seconds: float) -> Iterator[str]:
    """A server that does nothing at all for so long, once, a second after its first request."""
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                if not stalls:
                    stalls.append(loop.call_later(1.0, time.sleep, seconds))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    stalls: list[asyncio.TimerHandle] = []
    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
