import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from config.cache import CACHE_BYTES
from config.metrics import RESPONSE_CACHE_BYTES, RESPONSE_CACHE_DROPPED, RESPONSE_CACHE_REQUESTS
from services.observability.metrics import counter, gauge

# No answer leaves out what was committed so long before it was asked for.
BOUND_SECONDS = 1.0
# What an entry takes besides its texts, so that many small ones are bounded too.
OVERHEAD = 512
# A larger part of the whole would drive out too many others.
LARGEST_SHARE = 1 / 16

_asked = counter(RESPONSE_CACHE_REQUESTS)
_dropped = counter(RESPONSE_CACHE_DROPPED)


class Answer(NamedTuple):
    """An answer as it is sent."""

    content: bytes
    tag: bytes


class _Kept(NamedTuple):
    collection: str
    answer: Answer
    size: int
    until: float


@dataclass(slots=True, eq=False)
class _Load:
    collection: str
    key: str
    began: float
    until: float
    answer: "asyncio.Task[Answer]"


class ResponseCache:
    """Answers that everybody gets alike, until their age ends or something that they show is written."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        # The least recently used first.
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._keys: dict[str, set[str]] = {}
        # A load that is no longer here has been overtaken by a write: nobody joins it, and its answer is not kept.
        self._loads: dict[str, _Load] = {}
        self._listening = False
        self._certain_until = 0.0
        self.bytes = 0

    async def answer(self, collection: str, key: str, seconds: int, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer to a question about a collection: kept, or on its way for somebody else, or worked out now."""
        now = self._clock()
        kept = self._find(key, now)
        if kept:
            _asked("hit")
            return kept
        load = self._loads.get(key)
        if load and (now < self._certain_until or now < load.began + BOUND_SECONDS):
            _asked("joined")
        else:
            _asked("miss")
            load = self._load(collection, key, now + seconds, work)
        # Whoever gives up does not take the load away from the others.
        return await asyncio.shield(load.answer)

    def drop(self, collection: str) -> None:
        """Something that answers of the collection show was written."""
        for key in list(self._keys.get(collection, ())):
            self._forget(key, "written")
        self._loads = {key: load for key, load in self._loads.items() if load.collection != collection}

    def listening(self) -> None:
        """From now on every write is heard."""
        self._clear()
        self._listening = True

    def deaf(self) -> None:
        """Writes are not heard any more."""
        self._listening = False
        self._certain_until = 0.0
        self._clear()

    def heard_until(self, time: float) -> None:
        """Everything that was committed by then has been heard."""
        self._certain_until = time + BOUND_SECONDS

    def _find(self, key: str, now: float) -> Answer | None:
        kept = self._kept.get(key)
        if kept and kept.until <= now:
            self._forget(key, "expired")
        elif kept and now < self._certain_until:
            self._kept.move_to_end(key)
            return kept.answer
        return None

    def _load(self, collection: str, key: str, until: float, work: Callable[[], Awaitable[Answer]]) -> _Load:
        answer = asyncio.ensure_future(_awaited(work))
        load = self._loads[key] = _Load(collection, key, self._clock(), until, answer)
        answer.add_done_callback(lambda _: self._loaded(load))
        return load

    def _loaded(self, load: _Load) -> None:
        failed = load.answer.cancelled() or load.answer.exception() is not None
        if self._loads.get(load.key) is not load:
            return
        del self._loads[load.key]
        if self._listening and not failed:
            answer = load.answer.result()
            self._keep(load.key, _Kept(load.collection, answer, _size(load.key, answer), load.until))

    def _keep(self, key: str, kept: _Kept) -> None:
        if kept.size > self._limit * LARGEST_SHARE:
            return
        self._forget(key, "expired")
        self._kept[key] = kept
        self._keys.setdefault(kept.collection, set()).add(key)
        self.bytes += kept.size
        while self.bytes > self._limit:
            self._forget(next(iter(self._kept)), "evicted")

    def _forget(self, key: str, reason: Literal["written", "expired", "evicted", "unheard"]) -> None:
        kept = self._kept.pop(key, None)
        if kept:
            self._keys[kept.collection].discard(key)
            self.bytes -= kept.size
            _dropped(reason)

    def _clear(self) -> None:
        for key in list(self._kept):
            self._forget(key, "unheard")
        self._loads.clear()


async def _awaited(work: Callable[[], Awaitable[Answer]]) -> Answer:
    return await work()


def _size(key: str, answer: Answer) -> int:
    return len(answer.content) + len(answer.tag) + len(key) + OVERHEAD


cache = ResponseCache(CACHE_BYTES)
gauge(RESPONSE_CACHE_BYTES, lambda: [(cache.bytes, ())])
