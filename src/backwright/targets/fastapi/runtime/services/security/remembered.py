import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

# What ended, or a role that was taken away, is noticed within five seconds by every server.
TRUSTED_SECONDS = 4
MAX_KNOWN = 10_000

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers of the database that are asked for again and again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[T | None, float]] = {}

    async def get(self, key: str, look_up: Callable[[str], Awaitable[T | None]]) -> T | None:
        remembered = self._known.get(key)
        if remembered is not None and remembered[1] > time.monotonic():
            return remembered[0]
        until = time.monotonic() + TRUSTED_SECONDS
        found = await look_up(key)
        self._known.pop(key, None)
        self._known[key] = (found, until)
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]
        return found

    def forget(self, key: str) -> None:
        self._known.pop(key, None)
