import hashlib
import secrets
from collections.abc import Iterable
from typing import TypedDict

from config.channels import TICKET_SECONDS
from database.queries import channels as queries
from services.data.batch import Row, Statement
from services.data.database import read, write
from services.security.caller import Caller
from services.security.identity import IDENTITY


class Ticket(TypedDict):
    ticket: str
    expiresIn: int


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


async def issue_ticket(session_id: str) -> Ticket:
    """A new ticket for one socket of a session."""
    ticket = secrets.token_urlsafe(32)
    values = (_digest(ticket), session_id, TICKET_SECONDS)
    await write(IDENTITY, Statement("channels.issue_ticket", queries.ISSUE_TICKET, values))
    return {"ticket": ticket, "expiresIn": TICKET_SECONDS}


async def redeem_ticket(ticket: str) -> Caller | None:
    """Whom a ticket was made for; None where it has been used, has expired, or its session has ended."""
    [redeemed] = await write(IDENTITY, Statement("channels.redeem_ticket", queries.REDEEM_TICKET, (_digest(ticket),)))
    return _caller(redeemed.rows[0]) if redeemed.rows else None


async def callers_of(session_ids: Iterable[str]) -> dict[str, Caller]:
    """By session, whom it stands for now; without those that have ended."""
    values = (f"{{{','.join(session_ids)}}}",)
    [found] = await read(IDENTITY, Statement("channels.callers", queries.CALLERS, values))
    callers = [_caller(row) for row in found.rows]
    return {caller.session_id: caller for caller in callers}


def _caller(row: Row) -> Caller:
    session_id, user_id, role = ((value or b"").decode() for value in row)
    return Caller(user_id, role, session_id)
