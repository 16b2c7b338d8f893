import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from config.application import NAME, ROLES
from config.identity import identity_settings
from database.models.fields import uuid
from services.security.caller import Caller

LEEWAY_SECONDS = 30
MAX_TOKEN_LENGTH = 2048
KEY = identity_settings.token_secret.encode()
ACCEPTED = [secret.encode() for secret in identity_settings.accepted_secrets]


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    iss: str
    aud: str
    sub: Annotated[str, uuid()]
    role: str
    sid: Annotated[str, uuid()]
    iat: int
    nbf: int | None = None
    exp: int


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


HEADER = _encoded(b'{"alg":"HS256","typ":"at+jwt"}')


def _sign(content: str, key: bytes = KEY) -> bytes:
    return hmac.digest(key, content.encode(), "sha256")


def issue_access_token(caller: Caller, lifetime_seconds: int = identity_settings.access_token_seconds) -> str:
    """A signed access token (RFC 9068 profile of RFC 7519, HS256)."""
    now = int(time.time())
    claims = {
        "iss": NAME,
        "aud": NAME,
        "sub": caller.user_id,
        "role": caller.role,
        "sid": caller.session_id,
        "iat": now,
        "exp": now + lifetime_seconds,
    }
    content = f"{HEADER}.{_encoded(json.dumps(claims, separators=(',', ':')).encode())}"
    return f"{content}.{_encoded(_sign(content))}"


def verify_access_token(token: str) -> Caller | None:
    """The caller of a valid token, otherwise None."""
    claims = _signed_claims(token) if len(token) <= MAX_TOKEN_LENGTH else None
    now = int(time.time())
    if claims is None or claims.exp <= now or max(claims.iat, claims.nbf or claims.iat) > now + LEEWAY_SECONDS:
        return None
    return Caller(claims.sub, claims.role, claims.sid)


@lru_cache(maxsize=4096)
def _signed_claims(token: str) -> _Claims | None:
    """What we signed, whatever the time. The header must be byte for byte our own, so no algorithm can be chosen
    (RFC 8725, 3.1).
    """
    content, _, signature = token.rpartition(".")
    head, _, body = content.partition(".")
    given = signature.encode()
    signed = any(hmac.compare_digest(_encoded(_sign(content, key)).encode(), given) for key in ACCEPTED)
    if head != HEADER or not signed:
        return None
    try:
        claims = _Claims.model_validate_json(_decoded(body))
    except ValueError:
        return None
    return claims if (claims.iss, claims.aud) == (NAME, NAME) and claims.role in ROLES else None
