from database.queries import identity as queries
from services.data.batch import Statement
from services.data.database import read
from services.external.mail import written
from services.security.identity import IDENTITY


async def mailbox(to: str) -> list[dict[str, str]]:
    """The mails to one address that nobody sends, newest first."""
    [found] = await read(IDENTITY, Statement("identity.mailbox", queries.MAILBOX, (to,)))
    mails = []
    for row in found.rows:
        kind, token_id, created_at = (None if value is None else value.decode() for value in row)
        mail = written(to, str(kind), token_id)
        mails.append({**mail._asdict(), "kind": str(kind), "createdAt": str(created_at)})
    return mails
