import asyncio
import json
from collections.abc import Iterator

import pytest

from api.routes import health
from services.data import database
from services.data.batch import Statement, Unreachable

pytestmark = pytest.mark.anyio


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For all writes, and half a second to wait for it."""
    monkeypatch.setattr("services.data.database.writers", database.Writers(1))
    monkeypatch.setattr("services.data.database.readers", database.Readers(1))
    monkeypatch.setattr("services.data.database.CONNECT_TIMEOUT", 1)
    # Another test may have loaded the module again.
    monkeypatch.setattr("api.routes.health.read", database.read)
    monkeypatch.setattr("api.routes.health.is_exhausted", database.is_exhausted)
    yield
    database.close_database()


async def nap(seconds: float) -> None:
    await database.write(database.Context(None, None, "readiness"), Statement("", f"select 1 from pg_sleep({seconds})"))


async def readiness() -> tuple[int, str]:
    answer = await health.ready()
    return answer.status_code, json.loads(bytes(answer.body))["status"]


@pytest.mark.usefixtures("one_connection")
async def test_whoever_waited_in_vain_for_a_connection_makes_the_server_unready_until_one_is_free() -> None:
    holding = asyncio.create_task(nap(3))
    await asyncio.sleep(0.1)
    assert await readiness() == (200, "ready")
    with pytest.raises(Unreachable):
        await nap(0)
    assert await readiness() == (503, "connections exhausted")
    await holding
    assert await readiness() == (200, "ready")
    await nap(0)
