from collections.abc import Sequence
from typing import NamedTuple, Protocol

from config.application import NAME
from config.limits import Quota, limit_settings
from database.queries.limits import LEASE, LEASE_SCRIPT, SWEEP
from services.data.batch import Statement
from services.data.database import Context, write

# The row policy of the counts opens for this operation alone.
COUNTING = Context(None, None, "limits")
REDIS_SECONDS = 2


class Lease(NamedTuple):
    """What was leased, what that leaves to others, and how long the window still lasts."""

    leased: int
    beyond: int
    milliseconds: int


class Store(Protocol):
    async def lease(self, key: str, quota: Quota, batch: int) -> Lease:
        """Takes up to `batch` requests out of what the quota of a key has left for all servers."""

    async def close(self) -> None: ...


class DatabaseStore:
    async def lease(self, key: str, quota: Quota, batch: int) -> Lease:
        values = (key, quota.requests, batch, quota.seconds)
        held, _ = await write(COUNTING, Statement("limits.lease", LEASE, values), Statement("limits.sweep", SWEEP))
        return _lease_of([int(value or 0) for value in held.rows[0]])

    async def close(self) -> None:
        pass


class RedisStore:
    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis

        self._client = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)

    async def lease(self, key: str, quota: Quota, batch: int) -> Lease:
        values = (quota.requests, batch, quota.seconds * 1000)
        return _lease_of(await self._client.eval(LEASE_SCRIPT, 1, f"{NAME}:limits:{key}", *values))

    async def close(self) -> None:
        await self._client.aclose()


def _lease_of(row: Sequence[int]) -> Lease:
    leased, beyond, milliseconds = row
    return Lease(leased, beyond, milliseconds)


store: Store = RedisStore(limit_settings.rate_limit_redis_url) if limit_settings.rate_limit_redis_url else DatabaseStore()
