import asyncio

from database.queries import identity as queries
from services.data.batch import Failed, Statement, Unreachable
from services.data.database import Transaction, transaction
from services.external.log import described, log
from services.security.identity import IDENTITY

EVERY_SECONDS = 10 * 60

LOCK = Statement("identity.lock_cleaning", queries.LOCK_CLEANING)
CLEANINGS = (
    Statement("identity.clean_mails", queries.CLEAN_MAILS),
    Statement("identity.clean_tokens", queries.CLEAN_TOKENS),
    Statement("identity.clean_refresh_tokens", queries.CLEAN_REFRESH_TOKENS),
    Statement("identity.clean_sessions", queries.CLEAN_SESSIONS),
    Statement("identity.clean_idempotency_keys", queries.CLEAN_IDEMPOTENCY_KEYS),
)


async def keep_clean() -> None:
    """Deletes what is old, now and every ten minutes."""
    while True:
        try:
            await clean_up()
        except (Failed, Unreachable) as error:
            log.error("cleaning.failed", err=described(error))
        await asyncio.sleep(EVERY_SECONDS)


async def clean_up() -> None:
    """Some rows at a time, until none are left."""
    for cleaning in CLEANINGS:
        while await _deleted(cleaning):
            pass


async def _deleted(cleaning: Statement) -> int:
    """How many rows; none while another server is at it."""

    async def clean(tx: Transaction) -> int:
        [lock] = await tx.send(LOCK)
        if lock.rows[0][0] != b"t":
            return 0
        [done] = await tx.commit(cleaning)
        return done.count

    return await transaction(IDENTITY, clean)
