from starlette.types import Scope

from config.settings import settings

# For an API that no browser renders (ASVS 5.0, 3.4).
SECURITY_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
if settings.environment == "production":
    SECURITY_HEADERS.append((b"strict-transport-security", b"max-age=63072000; includeSubDomains"))


def header_of(scope: Scope, name: bytes) -> bytes | None:
    """The value of a request's header; several are one list (RFC 9110, 5.3)."""
    values = [value for each, value in scope["headers"] if each == name]
    return b", ".join(values) if values else None
