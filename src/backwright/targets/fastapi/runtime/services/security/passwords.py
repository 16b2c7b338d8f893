import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from config.identity import identity_settings
from services.business.problem import unavailable
from services.security.argon2 import hash_secret, verify_secret

MAX_WAITING = 100
T = TypeVar("T")

_pool = ThreadPoolExecutor(identity_settings.password_hash_concurrency, "argon2")
_under_way = 0


async def _bounded(work: Callable[..., T], *arguments: str) -> T:
    """At most as many hashes at once as there are cores; a full queue refuses instead of growing."""
    global _under_way
    if _under_way >= identity_settings.password_hash_concurrency + MAX_WAITING:
        raise unavailable()
    _under_way += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)
    finally:
        _under_way -= 1


def _normalized(password: str) -> str:
    """One password however a keyboard composes its characters (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


async def hash_password(password: str) -> str:
    return await _bounded(hash_secret, _normalized(password))


@cache
def _nobody() -> str:
    return hash_secret("nobody has this password")


async def verify_password(stored: str | None, password: str) -> bool:
    """Takes as long for an unknown account (None) as for a wrong password."""
    return await _bounded(verify_secret, stored or _nobody(), _normalized(password)) and stored is not None


_nobody()
