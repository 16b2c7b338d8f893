import hashlib

from config.identity import identity_settings
from config.limits import QUOTAS, Quota
from database.queries import identity as queries
from services.business.problem import rate_limited
from services.data.batch import Statement
from services.data.database import write
from services.security.address import network
from services.security.identity import IDENTITY
from services.security.limits import take_exactly

# One address can be a whole office: it may do so many times what an account may.
ADDRESS_FACTOR = 10


def _account_key(login: str) -> str:
    return f"account {hashlib.sha256(login.encode()).hexdigest()}"


def _address_key(address: str) -> str:
    return f"address {network(address)}"


async def admit_address(address: str) -> None:
    """Counts an attempt to sign in on its address, before anything is known of the account."""
    await _spend(_address_key(address), ADDRESS_FACTOR)


async def admit_account(login: str, address: str) -> list[Statement]:
    """Counts an attempt as a failure, on the account, whether or not there is one, and on the address; 429 where one of
    them must wait. Returns what the right password undoes.
    """
    if QUOTAS is None:
        return []
    keys = (_account_key(login), _address_key(address))
    await _spend(keys[0])
    most = identity_settings.login_failures
    waiting, admitted, _ = await write(
        IDENTITY,
        Statement("identity.attempts", queries.LOCK_ATTEMPTS, keys),
        Statement("identity.attempt", queries.ADMIT_ATTEMPT, (*keys, most, most * ADDRESS_FACTOR)),
        Statement("identity.forget", queries.FORGET_ATTEMPTS),
    )
    if admitted.count == 0:
        raise rate_limited(max(1, *(int(seconds or 0) for [seconds] in waiting.rows)))
    return [
        forgive_account(login),
        Statement("identity.forgive address", queries.FORGIVE_ADDRESS, (keys[1], most * ADDRESS_FACTOR)),
    ]


def forgive_account(login: str) -> Statement:
    """Whoever has proved who they are need not wait for what others have tried."""
    return Statement("identity.forgive account", queries.FORGIVE_ACCOUNT, (_account_key(login),))


async def _spend(key: str, times: int = 1) -> None:
    quota = QUOTAS.get("login") if QUOTAS is not None else None
    if quota is None:
        return
    verdict = await take_exactly(f"login {key}", Quota(quota.requests * times, quota.seconds))
    if not verdict.admitted:
        raise rate_limited(verdict.seconds)
