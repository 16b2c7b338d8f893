import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel

from config.application import RATE_LIMITS, ROLES
from config.settings import checked, settings

Network = IPv4Network | IPv6Network


class Quota(NamedTuple):
    """At most so many requests in a window of so many seconds."""

    requests: int
    seconds: int


SECONDS = {"s": 1, "min": 60, "h": 3600}
NAMES = dict.fromkeys((*RATE_LIMITS, *ROLES))


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def quota_of(text: str) -> Quota:
    found = re.fullmatch(r"([1-9][0-9]{0,8})/(s|min|h)", text)
    if found is None:
        raise ValueError("is no limit such as 60/min")
    return Quota(int(found[1]), SECONDS[found[2]])


def _overrides(text: str) -> dict[str, Quota]:
    pairs = [item.partition("=") for item in _items(text)]
    if not all(name in NAMES for name, _, _ in pairs):
        raise ValueError(f"is no list such as anonymous=600/min of {', '.join(NAMES)}")
    return {name: quota_of(quota) for name, _, quota in pairs}


def _limits(text: str) -> str:
    if text != "off":
        _overrides(text)
    elif settings.environment == "production":
        raise ValueError("cannot be off in production")
    return text


def _redis_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://")):
        raise ValueError("is no URL of Redis")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(item, strict=False) for item in _items(text))


def _proxies(text: str) -> str:
    _networks(text)
    return text


class LimitSettings(BaseModel):
    rate_limits: Annotated[str, AfterValidator(_limits)] = ""
    rate_limit_redis_url: Annotated[str, AfterValidator(_redis_url)] = ""
    trusted_proxies: Annotated[str, AfterValidator(_proxies)] = ""


limit_settings = checked(LimitSettings)

_STATED = {name: quota_of(text) for name, text in RATE_LIMITS.items()}
# By the name of what is limited; None where nothing is counted.
QUOTAS = None if limit_settings.rate_limits == "off" else _STATED | _overrides(limit_settings.rate_limits)
TRUSTED_PROXIES = _networks(limit_settings.trusted_proxies)
