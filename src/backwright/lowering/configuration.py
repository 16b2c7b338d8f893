"""The environment variables that every stack is configured by: names, defaults, meanings."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from backwright.plan.indexes import emits
from backwright.plan.model import Plan

__all__ = ["variables"]


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    default: str
    meaning: str


_ALWAYS = (
    _Variable("HOST", "127.0.0.1", "the address to listen on"),
    _Variable("PORT", "3000", "the port to listen on"),
    _Variable("LOG_LEVEL", "info", "`silent`, `fatal`, `error`, `warn`, `info` or `debug`"),
    _Variable("DATABASE_URL", "", "the database as the application's role; in production with `sslmode=verify-full`"),
    _Variable(
        "DATABASE_MIGRATION_URL", "", "the database as the migrator's role; for migrations, seeds and tests only"
    ),
    _Variable("DATABASE_POOL_SIZE", "10", "connections for writes"),
    _Variable("DATABASE_READERS", "4", "connections that all reads share"),
    _Variable("DATABASE_PIPELINE", "on", "`off` sends statements one by one in plain transactions"),
    _Variable("DATABASE_TIMEOUT_MS", "5000", "how long a statement may take"),
    _Variable("DATABASE_CONNECT_TIMEOUT_MS", "2000", "how long connecting may take"),
    _Variable("BODY_LIMIT_BYTES", "102400", "the largest body"),
    _Variable("STOP_TIMEOUT_MS", "10000", "how long stopping may take"),
)
_IDENTITY = (
    _Variable("TOKEN_SECRET", "", "the key of access tokens, at least 32 bytes"),
    _Variable("ACCESS_TOKEN_SECONDS", "900", "how long an access token holds"),
    _Variable("REFRESH_TOKEN_SECONDS", "2592000", "how long a session can be refreshed"),
    _Variable("PASSWORD_HASH_CONCURRENCY", "", "password hashes at once; as many as there are cores unless set"),
    _Variable("DEMO_PASSWORD", "", "the password of the demo logins; for seeds only"),
)
_EVENTS = (
    _Variable("OUTBOX", "on", "`off` leaves the delivery of events to other processes"),
    _Variable("OUTBOX_POLL_MS", "1000", "how often to look for events that nobody has announced"),
    _Variable("OUTBOX_LEASE_MS", "30000", "how long a delivery may take before another process repeats it"),
    _Variable("OUTBOX_ATTEMPTS", "12", "how often a delivery is tried"),
    _Variable("OUTBOX_RETENTION_HOURS", "720", "how long events stay after they were delivered or given up"),
    _Variable("OUTBOX_RETRY_MS", "1000", "the delay after the first failed delivery; it doubles after each"),
)


def variables(plan: Plan, environment: str) -> tuple[dict[str, str], ...]:
    """Name, default and meaning of each; `environment` is the stack's word for where it runs."""
    first = _Variable(environment, "production", "`development`, `staging`, `production` or `test`")
    found = (first, *_ALWAYS, *(_IDENTITY if plan.identity else ()), *(_EVENTS if emits(plan) else ()))
    return tuple(asdict(each) for each in found)
