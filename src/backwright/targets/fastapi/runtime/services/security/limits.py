import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from config.limits import Quota
from services.business.problem import unavailable
from services.security.limit_store import Lease, store

# A lease is so much of the quota: less asks the store more often, more is lost when this process gets no more requests.
SHARE = 20
MAX_HELD = 10_000
STORE_SECONDS = 2
LOCAL_SECONDS = 5


class Verdict(NamedTuple):
    """Whether a request may pass, how many more may, and the seconds until the window ends."""

    admitted: bool
    remaining: int
    seconds: int


class _Held:
    """What this process may still let pass, and what the others may, until the window ends."""

    __slots__ = ("beyond", "left", "until")

    def __init__(self, left: int, beyond: int, until: float) -> None:
        self.left = left
        self.beyond = beyond
        self.until = until


_held: dict[str, _Held] = {}
_local: dict[str, _Held] = {}
_renewals: dict[str, asyncio.Task[None]] = {}


async def take(key: str, quota: Quota) -> Verdict:
    """Counts a request on a key, out of a lease of this process."""
    while True:
        now = time.monotonic()
        lease = _held.get(key)
        if lease and lease.until > now:
            admitted = lease.left > 0
            lease.left -= admitted
            if admitted or lease.beyond == 0:
                return _verdict(admitted, lease.left + lease.beyond, lease.until - now)
        if key not in _renewals:
            _renewals[key] = asyncio.create_task(_renew(key, quota))
        await asyncio.shield(_renewals[key])


async def take_exactly(key: str, quota: Quota) -> Verdict:
    """Counts a request on a key for all servers at once; 503 where they cannot be asked."""
    try:
        leased, beyond, milliseconds = await store.lease(key, quota, 1)
    except Exception as error:
        raise unavailable() from error
    return _verdict(leased > 0, beyond, milliseconds / 1000)


def _verdict(admitted: bool, remaining: int, seconds: float) -> Verdict:
    return Verdict(admitted, remaining, max(1, math.ceil(seconds)))


async def _renew(key: str, quota: Quota) -> None:
    asked = time.monotonic()
    try:
        leased, beyond, milliseconds = await _leases.next(key, quota)
        _keep(_held, key, _Held(leased, beyond, asked + milliseconds / 1000))
    finally:
        # Here, not when it is done: to await what is done takes no turn, and nobody else would have one.
        del _renewals[key]


def _keep(every: dict[str, _Held], key: str, one: _Held) -> None:
    every.pop(key, None)
    every[key] = one
    if len(every) > MAX_HELD:
        del every[next(iter(every))]


class _Leases:
    """Of the store; while that fails, of this process alone. After a failure one request at a time asks again."""

    def __init__(self) -> None:
        self.on_failure: Callable[[Exception], None] = lambda _error: None
        self._failed = False
        self._resting_until = 0.0

    async def next(self, key: str, quota: Quota) -> Lease:
        batch = max(1, quota.requests // SHARE)
        now = time.monotonic()
        if now < self._resting_until:
            return _lease_locally(key, quota, batch)
        if self._failed:
            self._resting_until = now + STORE_SECONDS
        try:
            lease = await _in_time(store.lease(key, quota, batch))
        except Exception as error:
            if not self._failed:
                self.on_failure(error)
            self._failed = True
            self._resting_until = time.monotonic() + LOCAL_SECONDS
            return _lease_locally(key, quota, batch)
        self._failed = False
        self._resting_until = 0.0
        return lease


_leases = _Leases()


def when_store_fails(listener: Callable[[Exception], None]) -> None:
    """`listener` hears of a store that has begun to fail."""
    _leases.on_failure = listener


async def _in_time(work: Coroutine[Any, Any, Lease]) -> Lease:
    """One that takes too long is left alone: to give up a statement is to wait for its connection."""
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=STORE_SECONDS)
    if not done:
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise TimeoutError("the store did not answer in time")
    return task.result()


def _lease_locally(key: str, quota: Quota, batch: int) -> Lease:
    """Out of a window that this process alone counts; it lasts until the store is asked again."""
    now = time.monotonic()
    window = _local.get(key)
    if window is None or window.until <= now:
        window = _Held(quota.requests, 0, now + quota.seconds)
    leased = min(batch, window.left)
    window.left -= leased
    _keep(_local, key, window)
    return Lease(leased, window.left, int(min(LOCAL_SECONDS, window.until - now) * 1000))
