import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from config.settings import checked, settings

IS_PRODUCTION = settings.environment == "production"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _mail_url(value: str) -> str:
    url = urlsplit(value)
    # Read here, because a wrong port is noticed only when it is looked at.
    known = url.scheme in ("smtp", "smtps") and bool(url.hostname) and url.port != 0
    if not known and (value != "sandbox:" or IS_PRODUCTION):
        raise ValueError("is neither smtp:// nor smtps://")
    return value


def _address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError("is no address")
    return value


def _app_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("is neither http:// nor https://")
    return value.removesuffix("/")


class MailSettings(BaseModel):
    """Everything must be said in production."""

    mail_url: Annotated[str, AfterValidator(_mail_url)] = Field("" if IS_PRODUCTION else "sandbox:", validate_default=True)
    mail_from: Annotated[str, AfterValidator(_address)] = Field(
        "" if IS_PRODUCTION else "no-reply@example.com", validate_default=True
    )
    app_url: Annotated[str, AfterValidator(_app_url)] = Field(
        "" if IS_PRODUCTION else "http://localhost:3000", validate_default=True
    )

    @property
    def is_sandbox(self) -> bool:
        """Whether mails are kept to be looked at, and never sent."""
        return self.mail_url == "sandbox:"


mail_settings = checked(MailSettings)
