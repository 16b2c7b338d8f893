import asyncio
from contextlib import suppress

from database.queries import identity as queries
from services.data.batch import Failed, Statement, Unreachable
from services.data.database import Transaction, transaction
from services.security.identity import IDENTITY

EVERY_SECONDS = 10 * 60

LOCK = Statement("identity.lock_cleaning", queries.LOCK_CLEANING)
CLEANINGS = (
    Statement("identity.clean_mails", queries.CLEAN_MAILS),
    Statement("identity.clean_tokens", queries.CLEAN_TOKENS),
    Statement("identity.clean_sessions", queries.CLEAN_SESSIONS),
    Statement("identity.clean_idempotency_keys", queries.CLEAN_IDEMPOTENCY_KEYS),
)


async def keep_clean() -> None:
    """Deletes what is old, now and every ten minutes."""
    while True:
        # Another server does it, or the next round.
        with suppress(Failed, Unreachable):
            await clean_up()
        await asyncio.sleep(EVERY_SECONDS)


async def clean_up() -> None:
    """Unless another server is at it."""

    async def clean(tx: Transaction) -> None:
        [lock] = await tx.send(LOCK)
        if lock.rows[0][0] == b"t":
            await tx.commit(*CLEANINGS)

    await transaction(IDENTITY, clean)
