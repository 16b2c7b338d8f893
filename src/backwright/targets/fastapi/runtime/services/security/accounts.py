from database.models.registration import Registration
from database.queries import identity as queries
from services.business.problem import Problem, token_invalid
from services.data.batch import Failed, Result, Statement
from services.data.database import Transaction, read, transaction, write
from services.data.failures import unknown_reference
from services.external.delivery import delivery
from services.security.attempts import admit_account, forgive_account
from services.security.caller import Caller
from services.security.guessable import refuse_guessable
from services.security.identity import IDENTITY
from services.security.one_time_tokens import id_of_token
from services.security.passwords import hash_password, verify_password
from services.security.sessions import forget


async def register(registration: Registration) -> None:
    """Creates the account unless the login is taken; says and takes the same either way (ASVS 5.0, 6.3.8)."""
    refuse_guessable(registration.password, registration.email, "/password")
    password_hash = await hash_password(registration.password)
    profile = registration.model_dump_json(by_alias=True, exclude={"password"})
    try:
        registered = Statement("identity.register", queries.REGISTER, (profile, password_hash))
        await write(IDENTITY, _lock_mails(registration.email), registered)
    except Failed as failure:
        raise unknown_reference(failure) from failure
    delivery.soon()


async def request_verification(login: str) -> None:
    request = Statement("identity.request_verification", queries.REQUEST_VERIFICATION, (login,))
    await write(IDENTITY, _lock_mails(login), request)
    delivery.soon()


async def verify_address(token: str) -> str:
    """Returns whose address it is."""
    token_id = id_of_token("verification", token)
    if token_id is None:
        raise token_invalid()
    [verified] = await write(IDENTITY, Statement("identity.verify", queries.VERIFY, (token_id,)))
    if not verified.rows:
        raise token_invalid()
    return _text(verified.rows[0][0])


async def request_reset(login: str) -> None:
    request = Statement("identity.request_reset", queries.REQUEST_RESET, (login,))
    await write(IDENTITY, _lock_mails(login), request)
    delivery.soon()


async def reset_password(token: str, password: str) -> str:
    """Sets the password of the account that the token was sent to, and ends all its sessions. Returns whose it is."""
    token_id = id_of_token("reset", token)
    if token_id is None:
        raise token_invalid()
    [found] = await read(IDENTITY, Statement("identity.open_reset", queries.OPEN_RESET, (token_id,)))
    if not found.rows:
        raise token_invalid()
    login = _text(found.rows[0][0])
    refuse_guessable(password, login, "/password")
    password_hash = await hash_password(password)

    async def reset(tx: Transaction) -> Result:
        lock = Statement("identity.lock_reset", queries.LOCK_RESET, (token_id,))
        sessions = Statement("identity.lock_sessions", queries.LOCK_SESSIONS, (token_id,))
        change = Statement("identity.reset", queries.RESET, (token_id, password_hash))
        return (await tx.commit(lock, sessions, change, forgive_account(login)))[2]

    ended = await transaction(IDENTITY, reset)
    if not ended.rows:
        raise token_invalid()
    forget(session_id.decode() for _user, session_id in ended.rows if session_id)
    delivery.soon()
    return _text(ended.rows[0][0])


async def change_password(caller: Caller, current: str, password: str, address: str) -> None:
    """Sets another password, and ends the other sessions of the account. A wrong one counts like one to sign in with."""
    own = Statement("identity.own_credential", queries.OWN_CREDENTIAL, (caller.user_id,))
    [found] = await read(IDENTITY, own)
    name, stored = map(_text, found.rows[0]) if found.rows else ("", None)
    refuse_guessable(password, name, "/newPassword")
    forgive = await admit_account(name, address)
    if not await verify_password(stored, current):
        raise _password_wrong()
    values = (caller.user_id, await hash_password(password), stored, caller.session_id)

    async def change(tx: Transaction) -> Result:
        lock = Statement("identity.lock_credential", queries.LOCK_CREDENTIAL, (caller.user_id,))
        change = Statement("identity.change_password", queries.CHANGE_PASSWORD, values)
        return (await tx.commit(lock, change, *forgive))[1]

    ended = await transaction(IDENTITY, change)
    if not ended.rows:
        # It has been changed since it was read.
        raise _password_wrong()
    forget(session_id.decode() for _user, session_id in ended.rows if session_id)
    delivery.soon()


def _lock_mails(login: str) -> Statement:
    """Until the end of the transaction nobody else has mails counted that go to this address."""
    return Statement("identity.lock_mails", queries.LOCK_MAILS, (login,))


def _text(value: bytes | None) -> str:
    return (value or b"").decode()


def _password_wrong() -> Problem:
    return Problem(403, "password_wrong", "The current password is wrong.")
