from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

# OWASP Password Storage Cheat Sheet minimum for argon2id (ASVS 5.0, 11.4.2).
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

hash_secret = _hasher.hash


def verify_secret(stored: str, secret: str) -> bool:
    try:
        return _hasher.verify(stored, secret)
    except VerifyMismatchError:
        return False
