import hashlib
import secrets
import time
from typing import TypedDict

from config.identity import identity_settings
from config.metrics import LOGINS
from database.models.registration import Registration
from database.queries import identity as queries
from services.business.problem import unauthenticated
from services.data.batch import Failed, Statement
from services.data.database import Context, Transaction, read, transaction, write
from services.data.failures import unknown_reference
from services.observability.metrics import counter
from services.security.caller import Caller
from services.security.passwords import hash_password, verify_password
from services.security.tokens import issue_access_token


class TokenPair(TypedDict):
    accessToken: str
    tokenType: str
    expiresIn: int
    refreshToken: str


# The row policies of credentials, sessions and refresh tokens open for this operation alone.
IDENTITY = Context(None, None, "identity")

# A session that ended, or a role that was taken away, is noticed within five seconds by every server.
TRUSTED_SECONDS = 4
MAX_KNOWN = 10_000


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


async def register(registration: Registration) -> None:
    """Creates the account unless the login is taken; says and takes the same either way (ASVS 5.0, 6.3.8)."""
    password_hash = await hash_password(registration.password)
    profile = registration.model_dump_json(by_alias=True, exclude={"password"})
    try:
        await write(IDENTITY, Statement("identity.register", queries.REGISTER, (profile, password_hash)))
    except Failed as failure:
        raise unknown_reference(failure) from failure


_count_login = counter(LOGINS)


async def login(name: str, password: str) -> TokenPair:
    [found] = await read(IDENTITY, Statement("identity.credential", queries.CREDENTIAL, (name,)))
    user_id, role, password_hash = _texts(found.rows[0]) if found.rows else (None, None, None)
    if not await verify_password(password_hash, password) or user_id is None or role is None:
        _count_login("failure")
        raise unauthenticated("The login or the password is wrong.")
    refresh_token = _new_refresh_token()
    values = (user_id, _digest(refresh_token), identity_settings.refresh_token_seconds)
    [opened] = await write(IDENTITY, Statement("identity.open", queries.OPEN_SESSION, values))
    [session_id] = _texts(opened.rows[0])
    _count_login("success")
    return _tokens(Caller(user_id, role, str(session_id)), refresh_token)


async def refresh(token: str) -> TokenPair:
    """Exchanges a refresh token for the next one. A token that comes twice ends its session (RFC 9700, 4.14.2)."""
    following = _new_refresh_token()

    async def exchange(tx: Transaction) -> TokenPair | None:
        [found] = await tx.send(Statement("identity.token", queries.REFRESH, (_digest(token),)))
        if not found.rows:
            return None
        session_id, user_id, role, used, live = map(str, _texts(found.rows[0]))
        if used == "t" or live != "t":
            await tx.commit(Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))
            _known.pop(session_id, None)
            return None
        values = (_digest(token), _digest(following), session_id)
        await tx.commit(Statement("identity.rotate", queries.ROTATE, values))
        return _tokens(Caller(user_id, role, session_id), following)

    pair = await transaction(IDENTITY, exchange)
    if pair is None:
        raise unauthenticated("The refresh token is not valid.")
    return pair


async def logout(session_id: str) -> None:
    await write(IDENTITY, Statement("identity.revoke", queries.REVOKE_SESSION, (session_id,)))
    _known.pop(session_id, None)


_known: dict[str, tuple[Caller | None, float]] = {}


async def current_caller(claimed: Caller) -> Caller | None:
    """Whom a token's session stands for now, with the role of now; None where the session has ended."""
    remembered = _known.get(claimed.session_id)
    if remembered is not None and remembered[1] > time.monotonic():
        caller = remembered[0]
    else:
        caller = await _look_up(claimed.session_id)
    return caller if caller and caller.user_id == claimed.user_id else None


async def _look_up(session_id: str) -> Caller | None:
    until = time.monotonic() + TRUSTED_SECONDS
    [found] = await read(IDENTITY, Statement("identity.session", queries.SESSION, (session_id,)))
    caller = None
    if found.rows:
        user_id, role = map(str, _texts(found.rows[0]))
        caller = Caller(user_id, role, session_id)
    _known.pop(session_id, None)
    _known[session_id] = (caller, until)
    if len(_known) > MAX_KNOWN:
        del _known[next(iter(_known))]
    return caller


def _texts(row: tuple[bytes | None, ...]) -> tuple[str | None, ...]:
    return tuple(None if value is None else value.decode() for value in row)
