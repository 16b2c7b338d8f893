import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.data.cache import BOUND_SECONDS, Answer, ResponseCache

pytestmark = pytest.mark.anyio


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def hearing(limit: int = 1_000_000, clock: Clock | None = None) -> ResponseCache:
    cache = ResponseCache(limit, clock or Clock())
    cache.listening()
    cache.heard_until(0.0)
    return cache


def answer(text: str) -> Answer:
    return Answer(text.encode(), b'"tag"')


def giving(text: str) -> Callable[[], Awaitable[Answer]]:
    async def work() -> Answer:
        return answer(text)

    return work


async def ask(cache: ResponseCache, key: str, text: str = "new", seconds: int = 30) -> str:
    return (await cache.answer("things", key, seconds, giving(text))).content.decode()


class Slow:
    """Something that is worked out for as long as nobody says the result."""

    def __init__(self) -> None:
        self.result: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.count = 0

    async def work(self) -> Answer:
        self.count += 1
        return await self.result

    async def begun(self, cache: ResponseCache) -> "asyncio.Task[Answer]":
        asked = asyncio.create_task(cache.answer("things", "a", 30, self.work))
        await asyncio.sleep(0)
        return asked


async def test_an_answer_is_given_until_something_is_written() -> None:
    cache = hearing()
    assert await ask(cache, "a", "first") == "first"
    assert await ask(cache, "a", "second") == "first"
    cache.drop("others")
    assert await ask(cache, "a", "second") == "first"
    cache.drop("things")
    assert cache.bytes == 0
    assert await ask(cache, "a", "second") == "second"


async def test_an_answer_is_worked_out_again_when_its_age_has_ended() -> None:
    clock = Clock()
    cache = hearing(clock=clock)
    assert await ask(cache, "a", "first", 2) == "first"
    clock.now += 2
    cache.heard_until(clock.now)
    assert await ask(cache, "a", "second", 2) == "second"


async def test_what_was_written_meanwhile_is_neither_kept_nor_given_to_whoever_comes_after() -> None:
    cache = hearing()
    before, after = Slow(), Slow()
    first = await before.begun(cache)
    cache.drop("things")
    second = await after.begun(cache)
    after.result.set_result(answer("new"))
    assert (await second).content == b"new"
    before.result.set_result(answer("old"))
    assert (await first).content == b"old"
    assert await ask(cache, "a", "newest") == "new"


async def test_one_works_while_the_others_wait() -> None:
    cache, slow = hearing(), Slow()
    asked = [await slow.begun(cache) for _ in range(50)]
    slow.result.set_result(answer("one"))
    assert {each.content for each in await asyncio.gather(*asked)} == {b"one"}
    assert slow.count == 1


async def test_whoever_gives_up_does_not_take_the_others_down() -> None:
    cache, slow = hearing(), Slow()
    first, second = await slow.begun(cache), await slow.begun(cache)
    first.cancel()
    await asyncio.sleep(0)
    slow.result.set_result(answer("one"))
    assert (await second).content == b"one"
    assert first.cancelled()


async def test_whoever_asks_after_a_failure_tries_again() -> None:
    cache, slow = hearing(), Slow()
    asked = [await slow.begun(cache) for _ in range(2)]
    slow.result.set_exception(OSError("away"))
    assert {type(each) for each in await asyncio.gather(*asked, return_exceptions=True)} == {OSError}
    assert await ask(cache, "a", "new") == "new"


async def test_nothing_is_kept_while_writes_are_not_heard() -> None:
    cache = hearing()
    await ask(cache, "a", "first")
    cache.deaf()
    assert cache.bytes == 0
    assert [await ask(cache, "a", text) for text in ("second", "third")] == ["second", "third"]
    cache.listening()
    cache.heard_until(0.0)
    assert [await ask(cache, "a", text) for text in ("fourth", "fifth")] == ["fourth", "fourth"]


async def test_what_was_on_its_way_before_writes_were_heard_is_not_kept() -> None:
    cache = ResponseCache(1_000_000, Clock())
    slow = Slow()
    asked = await slow.begun(cache)
    cache.listening()
    cache.heard_until(0.0)
    slow.result.set_result(answer("old"))
    await asked
    assert await ask(cache, "a", "new") == "new"


async def test_what_is_kept_waits_until_it_is_certain_again() -> None:
    clock = Clock()
    cache = hearing(clock=clock)
    await ask(cache, "a", "first")
    clock.now += BOUND_SECONDS
    slow = Slow()
    uncertain = await slow.begun(cache)
    clock.now += BOUND_SECONDS
    assert await ask(cache, "a", "third") == "third"
    slow.result.set_result(answer("second"))
    await uncertain
    cache.heard_until(clock.now)
    assert await ask(cache, "a", "fourth") == "third"


async def test_what_nobody_has_asked_for_longest_goes_where_there_is_no_room() -> None:
    cache, text = hearing(20_000), "x" * 600
    for at in range(15):
        await ask(cache, f"key {at}", text)
    await ask(cache, "key 0")
    for at in range(15, 20):
        await ask(cache, f"key {at}", text)
    assert cache.bytes <= 20_000
    assert await ask(cache, "key 0") == text
    assert await ask(cache, "key 1") == "new"


async def test_a_large_answer_drives_out_no_others() -> None:
    cache = hearing(20_000)
    await ask(cache, "a", "first")
    await ask(cache, "b", "x" * 2_000)
    assert await ask(cache, "b", "again") == "again"
    assert await ask(cache, "a", "second") == "first"
