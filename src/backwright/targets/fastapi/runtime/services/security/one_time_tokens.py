import hmac
from base64 import urlsafe_b64encode

from config.identity import identity_settings

KEY = hmac.digest(identity_settings.token_secret.encode(), b"one-time tokens", "sha256")


def _proof(purpose: str, token_id: str) -> str:
    return urlsafe_b64encode(hmac.digest(KEY, f"{purpose} {token_id}".encode(), "sha256")).decode().rstrip("=")


def one_time_token(purpose: str, token_id: str) -> str:
    """What is sent for a row of `internal.one_time_tokens`: nobody who reads the row can make it, and it serves one
    purpose.
    """
    return f"{token_id}.{_proof(purpose, token_id)}"


def id_of_token(purpose: str, token: str) -> str | None:
    """The row's id, or None where we have not made the token for this purpose."""
    token_id, _, given = token.partition(".")
    return token_id if hmac.compare_digest(_proof(purpose, token_id).encode(), given.encode()) else None
