"""The environment variables of an Express backend, as people read them."""

from __future__ import annotations

from backwright.plan.model import Plan

__all__ = ["variables"]

_ALWAYS = (
    ("NODE_ENV", "production", "`development`, `staging`, `production` or `test`"),
    ("HOST", "127.0.0.1", "the address to listen on"),
    ("PORT", "3000", "the port to listen on"),
    ("LOG_LEVEL", "info", "`silent`, `fatal`, `error`, `warn`, `info` or `debug`"),
    ("DATABASE_URL", "", "the database as the application's role; in production with `sslmode=verify-full`"),
    ("DATABASE_MIGRATION_URL", "", "the database as the migrator's role; for migrations, seeds and tests only"),
    ("DATABASE_POOL_SIZE", "10", "connections for writes"),
    ("DATABASE_READERS", "4", "connections that all reads share"),
    ("DATABASE_PIPELINE", "on", "`off` sends statements one by one in plain transactions"),
    ("DATABASE_TIMEOUT_MS", "5000", "how long a statement may take"),
    ("DATABASE_CONNECT_TIMEOUT_MS", "2000", "how long connecting may take"),
    ("BODY_LIMIT_BYTES", "102400", "the largest body"),
    ("STOP_TIMEOUT_MS", "10000", "how long stopping may take"),
)
_IDENTITY = (
    ("TOKEN_SECRET", "", "the key of access tokens, at least 32 bytes"),
    ("ACCESS_TOKEN_SECONDS", "900", "how long an access token holds"),
    ("REFRESH_TOKEN_SECONDS", "2592000", "how long a session can be refreshed"),
    ("PASSWORD_HASH_CONCURRENCY", "", "password hashes at once; as many as there are cores unless set"),
    ("DEMO_PASSWORD", "", "the password of the demo logins; for seeds only"),
)


def variables(plan: Plan) -> tuple[dict[str, str], ...]:
    """Name, default and meaning of each."""
    listed = _ALWAYS + (_IDENTITY if plan.identity else ())
    return tuple({"name": name, "default": default, "meaning": meaning} for name, default, meaning in listed)
