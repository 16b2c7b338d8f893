import hashlib
import secrets

from database.queries import identity as queries
from services.business.problem import invalid_token, not_found
from services.data.batch import Statement
from services.data.database import read, write
from services.security.caller import Caller
from services.security.identity import IDENTITY
from services.security.remembered import Remembered

# What tells a key from an access token.
KEY_PREFIX = "key_"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def create_key(caller: Caller, name: str, expires_at: str | None) -> bytes:
    """The new key's row as JSON, with the key itself, which is not stored."""
    key = f"{KEY_PREFIX}{secrets.token_urlsafe(32)}"
    values = (caller.user_id, name, _digest(key), expires_at, caller.session_id)
    [created] = await write(IDENTITY, Statement("identity.create_key", queries.CREATE_KEY, values))
    if not created.rows:
        raise invalid_token()
    return b'%s,"key":"%s"}' % ((created.rows[0][0] or b"")[:-1], key.encode())


async def list_keys(user_id: str) -> bytes:
    [found] = await read(IDENTITY, Statement("identity.keys", queries.KEYS, (user_id,)))
    return b'{"items":%s}' % (found.rows[0][0] or b"")


async def delete_key(user_id: str, key_id: str) -> None:
    [deleted] = await write(IDENTITY, Statement("identity.delete_key", queries.DELETE_KEY, (key_id, user_id)))
    if deleted.count != 1:
        raise not_found()


_known = Remembered[Caller]()


async def key_caller(key: str) -> Caller | None:
    """Whom a key stands for now, with the role of now; None where it has expired or was revoked."""
    return await _known.get(_digest(key), _look_up)


async def _look_up(digest: str) -> Caller | None:
    [found] = await read(IDENTITY, Statement("identity.key", queries.KEY, (digest,)))
    if not found.rows:
        return None
    user_id, role = ((value or b"").decode() for value in found.rows[0])
    return Caller(user_id, role, "")
