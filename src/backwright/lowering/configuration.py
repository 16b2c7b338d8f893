"""The environment variables that every stack is configured by: names, defaults, meanings."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from backwright.lowering.caching import cached
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan, Port
from backwright.plan.naming import snake

__all__ = [
    "ENVIRONMENTS",
    "Environment",
    "Setting",
    "adapter_variable",
    "chosen",
    "environments",
    "tested_with",
    "variables",
]

ENVIRONMENTS = ("development", "staging", "production")


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    default: str
    meaning: str


_ALWAYS = (
    _Variable("HOST", "127.0.0.1", "the address to listen on"),
    _Variable("PORT", "3000", "the port to listen on"),
    _Variable("CORS_ORIGINS", "", "origins of browsers' pages that may use this API, `https://app.example.com, …`"),
    _Variable("METRICS_HOST", "127.0.0.1", "the address to be measured on; callers must not reach it"),
    _Variable("METRICS_PORT", "off", "the port to be measured on (`GET /metrics`), or `off`"),
    _Variable("OTEL_EXPORTER_OTLP_ENDPOINT", "", "where traces are sent (OTLP/HTTP); nowhere unless set"),
    _Variable(
        "OTEL_EXPORTER_OTLP_HEADERS", "", "what the collector wants to see, as `name=value,name=value`; a secret"
    ),
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
    _Variable(
        "RATE_LIMITS",
        "",
        "limits other than those of `config/application`, such as `anonymous=600/min,user=50/s`;"
        " `off` counts nothing, not in production",
    ),
    _Variable("RATE_LIMIT_REDIS_URL", "", "a Redis that counts requests for all servers, instead of the database"),
    _Variable("TRUSTED_PROXIES", "", "networks whose `X-Forwarded-For` is believed, such as `10.0.0.0/8,fd00::/8`"),
)
_IDENTITY = (
    _Variable("TOKEN_SECRET", "", "the key of access tokens, at least 32 bytes"),
    _Variable("TOKEN_SECRET_ACCEPTED", "", "another key whose tokens hold too, while `TOKEN_SECRET` changes"),
    _Variable("ACCESS_TOKEN_SECONDS", "900", "how long an access token holds"),
    _Variable("REFRESH_TOKEN_SECONDS", "2592000", "how long a session can be refreshed"),
    _Variable("PASSWORD_HASH_CONCURRENCY", "", "password hashes at once; as many as there are cores unless set"),
    _Variable(
        "LOGIN_FAILURES", "10", "wrong passwords of an account before it must wait; of an address ten times as many"
    ),
    _Variable(
        "MAIL_URL",
        "sandbox:",
        "where mails go: `smtps://user:password@host:port`, `smtp://…`, or `sandbox:`, which only keeps them; must be "
        "set in production, and not to `sandbox:`",
    ),
    _Variable("MAIL_FROM", "no-reply@example.com", "the sender of mails; must be set in production"),
    _Variable("APP_URL", "http://localhost:3000", "where links in mails lead; must be set in production"),
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
_CHANNELS = (
    _Variable("SOCKETS_PER_ACCOUNT", "20", "how many sockets an account may have open on each server"),
    _Variable("SOCKETS_PER_ADDRESS", "200", "how many sockets an address may have open on each server"),
)
_CALLS = (
    _Variable("CALLS", "on", "`off` leaves the calls of outside systems to other processes"),
    _Variable("CALLS_POLL_MS", "1000", "how often to look for calls that nobody has announced"),
    _Variable("CALLS_LEASE_MS", "30000", "how long a call may take before another process repeats it"),
    _Variable("CALLS_ATTEMPTS", "12", "how often a call is tried"),
    _Variable("CALLS_RETENTION_HOURS", "720", "how long calls stay after they were done or given up"),
    _Variable("CALLS_RETRY_MS", "1000", "the delay after the first failed call; it doubles after each"),
)
_CACHES = (
    _Variable("RESPONSE_CACHE_BYTES", "16777216", "how much memory each server takes for answers; `0` keeps none"),
)
_JOBS = (
    _Variable("JOBS", "on", "`off` leaves the jobs to other processes"),
    _Variable("JOBS_POLL_MS", "1000", "how often to look whether a job is due"),
)


def adapter_variable(port: Port) -> str:
    """The variable that says who answers the calls of a port."""
    return f"{snake(port.name).upper()}_ADAPTER"


def chosen(plan: Plan) -> dict[str, str]:
    """What whoever runs a project to look at it decides: nobody outside is asked."""
    return {adapter_variable(port): "sandbox" for port, _ in called(plan)}


def tested_with(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What a project's own tests decide besides: what runs by itself would change rows while they look."""
    held = (("OUTBOX", emits(plan)), ("CALLS", bool(called(plan))), ("JOBS", bool(plan.jobs)))
    kept = (("RESPONSE_CACHE_BYTES", "0"),) if cached(plan) else ()
    return (*((name, "off") for name, there in held if there), *kept, *chosen(plan).items())


def _adapters(plan: Plan) -> tuple[_Variable, ...]:
    return tuple(
        _Variable(
            adapter_variable(port),
            "sandbox",
            f"who answers the calls of {port.name}: `real`, `sandbox`, which asks nobody, or `sandbox:OUTCOME`, which "
            "answers so wherever it can; must be set in production",
        )
        for port, _ in called(plan)
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What a variable is in an environment, and why."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What its `settings.env` says, in which no secret stands."""

    name: str
    settings: tuple[Setting, ...]


_EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; what reaches it is decided around it
_SETTINGS = (
    ("HOST", ("127.0.0.1", _EVERYWHERE, _EVERYWHERE), ("Nobody else needs it.", "Callers come from elsewhere.")),
    (
        "LOG_LEVEL",
        ("debug", "debug", "info"),
        ("Everything is worth reading.", "What callers do is told by the level above."),
    ),
    (
        "METRICS_PORT",
        ("off", "9464", "9464"),
        ("Several servers may share the machine.", "For Prometheus alone; METRICS_HOST says from where."),
    ),
)


def environments() -> tuple[Environment, ...]:
    """What differs between them; everything else has its default everywhere."""
    return tuple(
        Environment(
            name,
            tuple(
                Setting(variable, values[at], reasons[values[at] != values[0]])
                for variable, values, reasons in _SETTINGS
            ),
        )
        for at, name in enumerate(ENVIRONMENTS)
    )


def variables(plan: Plan, environment: str) -> tuple[dict[str, str], ...]:
    """Name, default and meaning of each; `environment` is the stack's word for where it runs."""
    first = _Variable(environment, "production", "`development`, `staging`, `production` or `test`")
    found = (first, *_ALWAYS, *(_IDENTITY if plan.identity else ()), *(_EVENTS if emits(plan) else ()))
    found += (*_CALLS, *_adapters(plan)) if called(plan) else ()
    found += _CHANNELS if plan.channels else ()
    found += _JOBS if plan.jobs else ()
    found += _CACHES if cached(plan) else ()
    return tuple(asdict(each) for each in found)
