import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from database.queries.channels import CHANNELS, Channel
from services.data.batch import Statement
from services.data.database import Context, read
from services.security.caller import Caller

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Address:
    """A channel and the id that stands in the address; the channel's own name where none does."""

    text: str
    channel: Channel
    row: str


class News(TypedDict):
    id: str
    name: str
    payload: dict[str, Any]


def address_of(text: str) -> Address | None:
    """What an address names, or nothing."""
    for channel in CHANNELS:
        row = text[len(channel.before) : len(text) - len(channel.after)] if channel.member else channel.before
        if text == _address(channel, row) and (not channel.member or ID.fullmatch(row)):
            return Address(text, channel, row)
    return None


def _address(channel: Channel, row: str) -> str:
    return f"{channel.before}{row}{channel.after}" if channel.member else channel.before


def addresses_of(news: News) -> list[str]:
    """Everywhere that an event is told."""
    return [
        _address(channel, str(news["payload"].get(channel.member)))
        for channel in CHANNELS
        if news["name"] in channel.events
    ]


async def audible(caller: Caller, channel: Channel, rows: Iterable[str]) -> set[str]:
    """Those of a channel's rows that a caller may listen to, as the database says under row-level security."""
    values = (f"{{{','.join(rows)}}}",) if channel.member else ()
    context = Context(caller.user_id, caller.role, "channels")
    [found] = await read(context, Statement(f"channels.check {channel.before}", channel.check, values))
    return {(row or b"").decode() if channel.member else channel.before for (row,) in found.rows}
