import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from config.channels import CHECK_SECONDS, EVENTS, SUBSCRIPTIONS
from config.outbox import outbox_settings
from services.data.batch import Failed, Unreachable
from services.data.listener import listen
from services.external.log import described, log
from services.realtime.addresses import Address, News, address_of, addresses_of, audible
from services.realtime.outbox import current_snapshot, news_beyond, news_since
from services.realtime.tickets import callers_of
from services.security.caller import Caller


class Subscriber(Protocol):
    caller: Caller
    addresses: dict[str, Address]

    def tell(self, message: Mapping[str, object] | str) -> None: ...

    def end(self, code: int, reason: str) -> None: ...


Place = tuple[Subscriber, Address]


def _message(channel: str, news: News) -> str:
    content = {"type": "event", "id": news["id"], "channel": channel, "name": news["name"], "payload": news["payload"]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


class Hub:
    """Tells the subscribers of this process what the outbox has for them. It rests while there are none."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._heard: dict[str, set[Subscriber]] = {}
        self._snapshot: str | None = None
        # Whatever depends on what has been told so far is done one after another.
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def join(self, subscriber: Subscriber) -> None:
        self._subscribers.add(subscriber)
        if not self._tasks:
            work = (listen("outbox", self._wanted.set), self._follow(), self._recheck())
            self._tasks = [asyncio.create_task(each) for each in work]

    def leave(self, subscriber: Subscriber) -> None:
        for address in list(subscriber.addresses.values()):
            self._drop(subscriber, address)
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self._snapshot = None

    async def subscribe(self, subscriber: Subscriber, request: str, channel: str, after: str | None) -> None:
        try:
            async with self._turn:
                code = await self._subscribe(subscriber, request, channel, after)
        except (Failed, Unreachable) as error:
            log.error("channels.failed", err=described(error))
            code = "unavailable"
        if code:
            subscriber.tell({"type": "error", "id": request, "code": code})

    async def unsubscribe(self, subscriber: Subscriber, request: str, channel: str) -> None:
        async with self._turn:
            address = subscriber.addresses.get(channel)
            if address is None:
                subscriber.tell({"type": "error", "id": request, "code": "not_subscribed"})
                return
            self._drop(subscriber, address)
            subscriber.tell({"type": "unsubscribed", "id": request, "channel": channel})

    async def _subscribe(self, subscriber: Subscriber, request: str, channel: str, after: str | None) -> str | None:
        """The code of the refusal, or nothing."""
        # What was missed is told to nobody whose session has ended, and with the role of now.
        await self._check([subscriber], ())
        if subscriber not in self._subscribers:
            return None
        if channel in subscriber.addresses:
            return "already_subscribed"
        if len(subscriber.addresses) >= SUBSCRIPTIONS:
            return "too_many_subscriptions"
        address = address_of(channel)
        if address is None or not await audible(subscriber.caller, address.channel, [address.row]):
            return "not_found"
        snapshot = self._snapshot or await current_snapshot()
        missed = [] if after is None else await news_beyond(after, address, snapshot)
        if subscriber not in self._subscribers:
            return None
        self._snapshot = snapshot
        subscriber.addresses[channel] = address
        self._heard.setdefault(channel, set()).add(subscriber)
        subscriber.tell({"type": "subscribed", "id": request, "channel": channel})
        if missed is None:
            subscriber.tell({"type": "gap", "channel": channel})
        for news in missed or ():
            subscriber.tell(_message(channel, news))
        return None

    async def _follow(self) -> None:
        while True:
            self._wanted.clear()
            try:
                async with self._turn:
                    await self._look()
            except (Failed, Unreachable) as error:
                log.error("channels.failed", err=described(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(outbox_settings.outbox_poll_ms / 1000):
                    await self._wanted.wait()

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                async with self._turn:
                    await self._check(self._subscribers)
            except (Failed, Unreachable) as error:
                log.error("channels.failed", err=described(error))

    async def _look(self) -> None:
        if not self._heard:
            self._snapshot = None
        before = self._snapshot
        if before is None:
            return
        snapshot, news = await news_since(before)
        if len(news) > EVENTS:
            self._tell_of_gaps()
        else:
            await self._deliver(news)
        # Unless everybody has left meanwhile.
        if self._snapshot == before:
            self._snapshot = snapshot

    def _tell_of_gaps(self) -> None:
        for channel, subscribers in self._heard.items():
            for subscriber in list(subscribers):
                subscriber.tell({"type": "gap", "channel": channel})

    async def _deliver(self, news: Sequence[News]) -> None:
        told = [(channel, each) for each in news for channel in addresses_of(each)]
        heard = {channel for channel, _ in told if channel in self._heard}
        if not heard:
            return
        await self._check({subscriber for channel in heard for subscriber in self._heard[channel]}, heard)
        for channel, each in told:
            subscribers = self._heard.get(channel)
            if subscribers:
                text = _message(channel, each)
                for subscriber in list(subscribers):
                    subscriber.tell(text)

    async def _check(self, subscribers: Collection[Subscriber], channels: Collection[str] | None = None) -> None:
        """Ends what is no longer allowed: sockets of sessions that have ended, subscriptions that the database refuses
        now.
        """
        asked = list(subscribers)
        callers = await callers_of({subscriber.caller.session_id for subscriber in asked})
        questions: dict[tuple[str, str, str], list[Place]] = {}
        for subscriber in asked:
            caller = callers.get(subscriber.caller.session_id)
            if caller is None:
                subscriber.end(1008, "session_ended")
                self.leave(subscriber)
                continue
            subscriber.caller = caller
            for address in subscriber.addresses.values():
                if channels is None or address.text in channels:
                    key = (caller.user_id, caller.role, address.channel.before)
                    questions.setdefault(key, []).append((subscriber, address))
        await asyncio.gather(*(self._ask(places) for places in questions.values()))

    async def _ask(self, places: Sequence[Place]) -> None:
        """About one channel, for one account."""
        subscriber, address = places[0]
        rows = await audible(subscriber.caller, address.channel, {each.row for _, each in places})
        for subscriber, address in places:
            if address.row not in rows and subscriber.addresses.get(address.text) is address:
                self._drop(subscriber, address)
                subscriber.tell({"type": "ended", "channel": address.text})

    def _drop(self, subscriber: Subscriber, address: Address) -> None:
        subscriber.addresses.pop(address.text, None)
        left = self._heard.get(address.text)
        if left:
            left.discard(subscriber)
            if not left:
                del self._heard[address.text]


hub = Hub()
