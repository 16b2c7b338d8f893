import hashlib
import secrets
from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from config.identity import identity_settings
from config.metrics import LOGINS
from database.queries import identity as queries
from services.business.problem import Aside, Problem, not_found, unauthenticated
from services.data.batch import Statement
from services.data.database import Transaction, read, transaction, write
from services.observability.metrics import counter
from services.security.attempts import admit_account
from services.security.caller import Caller
from services.security.identity import IDENTITY
from services.security.passwords import verify_password
from services.security.remembered import Remembered
from services.security.tokens import issue_access_token


class TokenPair(TypedDict):
    accessToken: str
    tokenType: str
    expiresIn: int
    refreshToken: str


class Opened(NamedTuple):
    """Whose session it is, and what it is used with."""

    user_id: str
    tokens: TokenPair


def _new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _tokens(caller: Caller, refresh_token: str) -> TokenPair:
    return {
        "accessToken": issue_access_token(caller),
        "tokenType": "Bearer",
        "expiresIn": identity_settings.access_token_seconds,
        "refreshToken": refresh_token,
    }


_count_login = counter(LOGINS)


async def login(name: str, password: str, address: str) -> Opened:
    """Opens a session for the right password; 429 for an account or an address that failed too often."""
    forgive = await admit_account(name, address)
    [found] = await read(IDENTITY, Statement("identity.credential", queries.CREDENTIAL, (name,)))
    user_id, role, password_hash, verified = _texts(found.rows[0]) if found.rows else (None,) * 4
    is_proven = await verify_password(password_hash, password)
    if not is_proven or user_id is None or role is None or verified != "t":
        _count_login("failure")
        reason = "account_unknown" if user_id is None else "address_unverified" if is_proven else "password_wrong"
        raise _login_refused(Aside(reason, user_id))
    refresh_token = _new_refresh_token()
    values = (user_id, _digest(refresh_token), identity_settings.refresh_token_seconds, password_hash)
    opened, *_ = await write(IDENTITY, Statement("identity.open", queries.OPEN_SESSION, values), *forgive)
    if not opened.rows:
        # The password has been changed since it was read.
        raise _login_refused(Aside("password_changed", user_id))
    [session_id] = _texts(opened.rows[0])
    _count_login("success")
    return Opened(user_id, _tokens(Caller(user_id, role, str(session_id)), refresh_token))


def _login_refused(aside: Aside) -> Problem:
    return unauthenticated("The login or the password is wrong, or the address has not been verified.", aside)


async def refresh(token: str) -> Opened:
    """Exchanges a refresh token for the next one. A token that comes twice ends its session (RFC 9700, 4.14.2)."""
    following = _new_refresh_token()

    async def exchange(tx: Transaction) -> Opened | Aside:
        [found] = await tx.send(Statement("identity.token", queries.REFRESH_TOKEN, (_digest(token),)))
        if not found.rows:
            return Aside("token_unknown")
        session_id, user_id, role, used, live = map(str, _texts(found.rows[0]))
        if used == "t" or live != "t":
            await tx.commit(Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))
            _known.forget(session_id)
            return Aside("token_reused" if used == "t" else "session_ended", user_id)
        values = (_digest(token), _digest(following), session_id)
        await tx.commit(Statement("identity.rotate", queries.ROTATE, values))
        return Opened(user_id, _tokens(Caller(user_id, role, session_id), following))

    opened = await transaction(IDENTITY, exchange)
    if isinstance(opened, Aside):
        raise unauthenticated("The refresh token is not valid.", opened)
    return opened


async def logout(session_id: str) -> None:
    await write(IDENTITY, Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))
    _known.forget(session_id)


async def list_sessions(caller: Caller) -> bytes:
    values = (caller.user_id, caller.session_id)
    [found] = await read(IDENTITY, Statement("identity.sessions", queries.SESSIONS, values))
    return b'{"items":%s}' % (found.rows[0][0] or b"")


async def end_session(user_id: str, session_id: str) -> None:
    [ended] = await write(IDENTITY, Statement("identity.end_session", queries.END_SESSION, (session_id, user_id)))
    if ended.count != 1:
        raise not_found()
    _known.forget(session_id)


async def end_sessions(user_id: str) -> None:
    [ended] = await write(IDENTITY, Statement("identity.end_sessions", queries.END_SESSIONS, (user_id,)))
    forget(str(session_id) for row in ended.rows for session_id in _texts(row))


def forget(session_ids: Iterable[str]) -> None:
    """From now on this server looks these sessions up again."""
    for session_id in session_ids:
        _known.forget(session_id)


_known = Remembered[Caller]()


async def current_caller(claimed: Caller) -> Caller | None:
    """Whom a token's session stands for now, with the role of now; None where the session has ended."""
    caller = await _known.get(claimed.session_id, _look_up)
    return caller if caller and caller.user_id == claimed.user_id else None


async def _look_up(session_id: str) -> Caller | None:
    [found] = await read(IDENTITY, Statement("identity.session", queries.SESSION, (session_id,)))
    if not found.rows:
        return None
    user_id, role = map(str, _texts(found.rows[0]))
    return Caller(user_id, role, session_id)


def _texts(row: tuple[bytes | None, ...]) -> tuple[str | None, ...]:
    return tuple(None if value is None else value.decode() for value in row)
