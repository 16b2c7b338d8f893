import json

from database.queries import channels as queries
from services.data.batch import Statement
from services.data.database import Context, read
from services.realtime.addresses import Address, News

FOLLOWING = Context(None, None, "channels")


async def current_snapshot() -> str:
    """What the outbox shows at this moment, as PostgreSQL names it."""
    [found] = await read(FOLLOWING, Statement("channels.snapshot", queries.SNAPSHOT))
    return (found.rows[0][0] or b"").decode()


async def news_since(snapshot: str) -> tuple[str, list[News]]:
    """The snapshot of now, and what it shows that the other did not."""
    [found] = await read(FOLLOWING, Statement("channels.follow", queries.FOLLOW, (snapshot,)))
    shown, news = found.rows[0]
    return (shown or b"").decode(), json.loads(news or b"[]")


async def news_beyond(event: str, address: Address, snapshot: str) -> list[News] | None:
    """What a snapshot shows of an address beyond an event; None where that is no longer known."""
    channel = address.channel
    values = (snapshot, event, address.row) if channel.member else (snapshot, event)
    [found] = await read(FOLLOWING, Statement(f"channels.replay {channel.before}", channel.replay, values))
    missed: list[News] | None = json.loads(found.rows[0][0] or b"null")
    return missed
