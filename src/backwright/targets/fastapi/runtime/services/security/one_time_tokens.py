import hmac
from base64 import urlsafe_b64encode

from config.identity import identity_settings



def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"one-time tokens", "sha256")


KEY = _key(identity_settings.token_secret)
ACCEPTED = [_key(secret) for secret in identity_settings.accepted_secrets]


def _proof(purpose: str, token_id: str, key: bytes = KEY) -> str:
    return urlsafe_b64encode(hmac.digest(key, f"{purpose} {token_id}".encode(), "sha256")).decode().rstrip("=")


def one_time_token(purpose: str, token_id: str) -> str:
    """What is sent for a row of `internal.one_time_tokens`: nobody who reads the row can make it, and it serves one
    purpose.
    """
    return f"{token_id}.{_proof(purpose, token_id)}"


def id_of_token(purpose: str, token: str) -> str | None:
    """The row's id, or None where we have not made the token for this purpose."""
    token_id, _, given = token.partition(".")
    ours = any(hmac.compare_digest(_proof(purpose, token_id, key).encode(), given.encode()) for key in ACCEPTED)
    return token_id if ours else None
