import os
import zlib
from typing import Annotated

from pydantic import AfterValidator, BaseModel

from config.settings import WORDS, Count, checked, settings


def _unguessable(secret: str) -> str:
    """Outside development a key must look random: no word from an example, and too little repetition to be compressed."""
    if len(secret.encode()) < 32:
        raise ValueError("must have at least 32 bytes")
    strict = settings.environment in ("staging", "production")
    if strict and (WORDS.search(secret) or len(zlib.compress(secret.encode(), wbits=-15)) < 30):
        raise ValueError("can be guessed; take what `openssl rand -base64 48` prints")
    return secret


def _unguessable_where_set(secret: str) -> str:
    return secret and _unguessable(secret)


class IdentitySettings(BaseModel):
    token_secret: Annotated[str, AfterValidator(_unguessable)]
    token_secret_accepted: Annotated[str, AfterValidator(_unguessable_where_set)] = ""
    access_token_seconds: Count = 900
    refresh_token_seconds: Count = 30 * 86_400
    password_hash_concurrency: Count = len(os.sched_getaffinity(0))
    login_failures: Count = 10

    @property
    def accepted_secrets(self) -> list[str]:
        """Tokens of these hold; more than one only while the secret changes."""
        return [self.token_secret, *([self.token_secret_accepted] if self.token_secret_accepted else [])]


identity_settings = checked(IdentitySettings)
