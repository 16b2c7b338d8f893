import asyncio

import pytest

from config.limits import Quota
from services.security.limit_store import Lease, store
from services.security.limits import take


@pytest.mark.anyio
async def test_whoever_comes_while_a_lease_arrives_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lease(_key: str, _quota: Quota, _batch: int) -> Lease:
        await asyncio.sleep(0)
        return Lease(1, 1, 60_000)

    async def ask_after(turns: int) -> bool:
        for _ in range(turns):
            await asyncio.sleep(0)
        return (await take("somebody", Quota(100, 60))).admitted

    monkeypatch.setattr(store, "lease", lease)
    assert all(await asyncio.gather(*(ask_after(turns // 3) for turns in range(60))))
