import asyncio
from collections.abc import Callable

import psycopg
from psycopg.sql import SQL, Identifier

from config.application import NAME
from config.settings import settings
from services.data.database import CONNECT_TIMEOUT

AGAIN = 1.0


async def listen(channel: str, heard: Callable[[], None]) -> None:
    """Calls `heard` at every notification on a channel, and whenever one may have been missed, until it is cancelled."""
    while True:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                connection = await psycopg.AsyncConnection.connect(
                    settings.database_url, autocommit=True, application_name=NAME, keepalives=1
                )
            async with connection:
                await connection.execute(SQL("listen {}").format(Identifier(channel)))
                heard()
                async for _ in connection.notifies():
                    heard()
        except (psycopg.Error, OSError, TimeoutError):
            await asyncio.sleep(AGAIN)
