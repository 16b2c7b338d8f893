import os
import re
import sys
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, model_validator

Count = Annotated[int, Field(ge=1)]
Port = Annotated[int, Field(ge=0, le=65535)]
# Words from examples.
WORDS = re.compile(r"change.?me|secret|password|example|default|production", re.IGNORECASE)
LOOPBACK = (None, "", "localhost", "127.0.0.1", "::1")


def _postgres_url(value: str) -> str:
    if not value.startswith(("postgres://", "postgresql://")):
        raise ValueError("is no URL of PostgreSQL")
    return value


# Scheme, host and port as browsers write them (RFC 6454, 6.2).
ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")


def _origins(value: str) -> tuple[str, ...]:
    found = tuple(each.strip() for each in value.split(",") if each.strip())
    if not all(ORIGIN.fullmatch(each) for each in found):
        raise ValueError("is no list of origins")
    return found


def _http_url(value: str) -> str:
    if value and not re.match(r"https?://[^/]", value):
        raise ValueError("is no URL of HTTP")
    return value


def _unless_off(value: str) -> str | None:
    return None if value in ("off", "") else value


class Settings(BaseModel):
    environment: Literal["development", "staging", "production", "test"] = "production"
    host: str = "127.0.0.1"
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = ()
    port: Port = 3000
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[Port | None, BeforeValidator(_unless_off)] = None
    log_level: Literal["silent", "fatal", "error", "warn", "info", "debug"] = "info"
    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(_http_url)] = ""
    otel_exporter_otlp_headers: str = ""
    database_url: Annotated[str, AfterValidator(_postgres_url)]
    database_pool_size: Count = 10
    database_readers: Count = 4
    database_pipeline: Literal["on", "off"] = "on"
    database_timeout_ms: Count = 5000
    database_connect_timeout_ms: Count = 2000
    body_limit_bytes: Count = 102_400
    stop_timeout_ms: Count = 10_000

    debug: str = ""

    @model_validator(mode="after")
    def _not_for_debugging(self) -> Self:
        """What is for debugging tells too much to run in production (ASVS 5.0, 13.4.2)."""
        switched_on = {
            "LOG_LEVEL": self.log_level == "debug",
            "DEBUG": self.debug not in ("", "0", "off", "false"),
            "PYTHONDEVMODE": sys.flags.dev_mode,
            "PYTHONASYNCIODEBUG": os.environ.get("PYTHONASYNCIODEBUG", "") != "",
        }
        names = ", ".join(name for name, is_on in switched_on.items() if is_on)
        if self.environment == "production" and names:
            raise ValueError(f"{names} switches debugging on, which production refuses")
        return self

    @model_validator(mode="after")
    def _unguessable(self) -> Self:
        """Outside development the database's password, where there is one, is none that can be guessed."""
        password = urlsplit(self.database_url).password or ""
        guessable = password != "" and (len(password) < 12 or WORDS.search(password))
        if self.environment in ("staging", "production") and guessable:
            raise ValueError("DATABASE_URL has a password that can be guessed")
        return self

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        """In production the way to the database is encrypted, or never leaves the machine."""
        url = urlsplit(self.database_url)
        mode = parse_qs(url.query).get("sslmode", ["local" if url.hostname in LOOPBACK else "disable"])[-1]
        if self.environment == "production" and mode not in ("local", "require", "verify-ca", "verify-full"):
            raise ValueError("DATABASE_URL needs sslmode=verify-full in production")
        return self


def read_shared(environment: str) -> None:
    """What this environment has for everybody; variables of the process come first."""
    shared = Path(__file__).parent / environment / "settings.env"
    for line in shared.read_text(encoding="utf-8").splitlines() if shared.exists() else ():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name, value)


Schema = TypeVar("Schema", bound=BaseModel)


def checked(schema: type[Schema]) -> Schema:
    """The environment as the schema says; the process ends with status 78 (EX_CONFIG) where it is wrong."""
    given = {name: os.environ[name.upper()] for name in schema.model_fields if name.upper() in os.environ}
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(map(str, fault["loc"])).upper()
            sys.stderr.write(f"configuration: {name}{': ' if name else ''}{fault['msg']}\n")
        sys.exit(78)


read_shared(os.environ.get("ENVIRONMENT", "production"))
settings = checked(Settings)
