import asyncio
import importlib
import time
from collections.abc import AsyncIterator, Awaitable, Iterator

import httpx
import pytest

from config.settings import settings
from services.business.problem import Problem
from services.data import database
from services.data.batch import Failed, Statement, Unreachable
from services.data.failures import translated
from tests.support.proxy import Proxy
from tests.support.server import Server

pytestmark = pytest.mark.anyio

ONE = Statement("one", "select 1")


@pytest.fixture(scope="module")
async def proxy(anyio_backend: str) -> AsyncIterator[Proxy]:
    proxy = Proxy()
    await proxy.open()
    yield proxy
    proxy.close()


@pytest.fixture(scope="module", autouse=True)
async def behind(proxy: Proxy) -> AsyncIterator[None]:
    """The database through the proxy, with one connection for all reads."""
    changes = {"database_url": proxy.url, "database_timeout_ms": 1000, "database_readers": 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("config.settings.settings", settings.model_copy(update=changes))
        importlib.reload(database)
        yield
        database.close_database()
    importlib.reload(database)


@pytest.fixture
def behind_server(proxy: Proxy) -> Iterator[Server]:
    changes = {"DATABASE_TIMEOUT_MS": "1000", "DATABASE_CONNECT_TIMEOUT_MS": "1000", "DATABASE_READERS": "1"}
    with Server(DATABASE_URL=proxy.url, **changes) as server:
        yield server


def nap(seconds: float) -> Statement:
    return Statement("", f"select 1 from pg_sleep({seconds})")


async def reading(*statements: Statement) -> bytes | None:
    first, *_ = await database.read(database.Context(None, None, "outage"), *statements)
    return first.rows[0][0]


async def writing(*statements: Statement) -> bytes | None:
    first, *_ = await database.write(database.Context(None, None, "outage"), *statements)
    return first.rows[0][0]


async def refused(work: Awaitable[object]) -> None:
    with pytest.raises(Unreachable) as found:
        await work
    problem = translated(found.value)
    assert isinstance(problem, Problem)
    assert (problem.status, problem.headers["Retry-After"]) == (503, "1")


async def code_of(work: Awaitable[object]) -> str | None:
    with pytest.raises(Failed) as found:
        await work
    return found.value.error.sqlstate


async def test_connections_that_break_in_the_middle_repeat_reads_refuse_writes_and_serve_the_next(proxy: Proxy) -> None:
    works = asyncio.gather(reading(nap(0.3)), refused(writing(nap(0.3))))
    await asyncio.sleep(0.15)
    proxy.cut()
    assert (await works)[0] == b"1"
    assert await reading(ONE) == b"1"
    assert await writing(ONE) == b"1"


async def test_idle_connections_that_break_break_nothing_else(proxy: Proxy) -> None:
    proxy.cut()
    await asyncio.sleep(0.05)
    assert await reading(ONE) == b"1"
    assert await writing(ONE) == b"1"


async def test_while_the_database_stalls_everybody_is_refused_in_time_and_served_when_it_is_back(proxy: Proxy) -> None:
    proxy.stall()
    started = time.monotonic()
    await asyncio.gather(*[refused(work) for _ in range(3) for work in (reading(ONE), writing(ONE))])
    assert time.monotonic() - started < 4
    proxy.resume()
    assert await reading(ONE) == b"1"
    assert await writing(ONE) == b"1"


async def test_a_statement_that_takes_too_long_fails_alone() -> None:
    slow = asyncio.create_task(code_of(reading(nap(5))))
    await asyncio.sleep(0.2)
    assert await reading(ONE) == b"1"
    assert await slow == "57014"


async def test_a_statement_that_fails_leaves_its_neighbours_on_the_connection_alone() -> None:
    shared, wrong = Statement("shared", "select 2"), Statement("wrong", "select 1 / 0")
    works = [reading(shared) if at % 2 == 0 else code_of(reading(wrong, shared)) for at in range(40)]
    assert await asyncio.gather(*works) == [b"2", "22012"] * 20


async def test_statements_with_long_names_that_begin_alike_are_run_as_themselves() -> None:
    name = "a name that is longer than the sixty-three bytes that PostgreSQL looks at, and"
    assert await reading(Statement(f"{name} one", "select 3")) == b"3"
    assert await reading(Statement(f"{name} another", "select 4")) == b"4"


async def test_somebody_who_gives_up_waiting_leaves_the_connections_usable() -> None:
    for work in (reading, writing):
        task = asyncio.create_task(work(nap(0.3)))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.gather(*[work(ONE) for _ in range(20)]) == [b"1"] * 20


async def test_more_work_than_connections_waits_for_its_turn() -> None:
    assert await asyncio.gather(*[writing(nap(0.01)) for _ in range(100)]) == [b"1"] * 100


async def test_a_server_without_its_database_says_so_and_recovers(proxy: Proxy, behind_server: Server) -> None:
    async with httpx.AsyncClient(base_url=behind_server.origin, timeout=10) as client:

        async def ready() -> int:
            return (await client.get("/readyz")).status_code

        assert await ready() == 200
        proxy.close()
        assert [await ready(), (await client.get("/livez")).status_code] == [503, 200]
        await proxy.open()
        assert await ready() == 200
        proxy.stall()
        assert set(await asyncio.gather(ready(), ready(), ready())) == {503}
        proxy.resume()
        assert await ready() == 200
