import asyncio

from config.mail import mail_settings
from database.queries import identity as queries
from services.data.batch import Failed, Statement, Unreachable
from services.data.database import write
from services.external.log import described, log
from services.external.mail import send, written
from services.security.identity import IDENTITY

POLL_SECONDS = 5
LONGEST_GOODBYE_SECONDS = 5


class Delivery:
    """Sends what is due, one mail after another."""

    def __init__(self) -> None:
        self._awake = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if not mail_settings.is_sandbox:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Waits for the mail under way."""
        self._is_stopping = True
        self._awake.set()
        if self._task:
            await asyncio.wait([self._task], timeout=LONGEST_GOODBYE_SECONDS)

    def soon(self) -> None:
        """A mail has just been committed; it need not wait for its turn."""
        self._awake.set()

    async def _run(self) -> None:
        while not self._is_stopping:
            self._awake.clear()
            try:
                is_delivered = await _deliver_next()
            except (Failed, Unreachable) as error:
                log.error("mails.failed", err=described(error))
                is_delivered = False
            if not is_delivered and not self._is_stopping:
                await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._awake.wait()
        except TimeoutError:
            pass


delivery = Delivery()


async def _deliver_next() -> bool:
    """Whether there was one. Nothing is locked while it is sent, so whoever dies here has only delayed it."""
    [claimed] = await write(IDENTITY, Statement("identity.claim", queries.CLAIM_MAIL))
    if not claimed.rows:
        return False
    mail_id, to, kind, token_id, attempts = (None if value is None else value.decode() for value in claimed.rows[0])
    try:
        mail = written(str(to), str(kind), token_id)
        await asyncio.to_thread(send, str(mail_id), mail)
    except Exception as error:
        # Without the message, which may repeat the address.
        log.warning("mail.failed", mailId=mail_id, attempts=int(attempts or 0), reason=type(error).__name__)
        return True
    await write(IDENTITY, Statement("identity.sent", queries.MAIL_SENT, (mail_id,)))
    return True
