"""What travels over sockets: limits, messages, and the codes of refusals (note 0012)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backwright.lowering.relational.channels import MOST_EVENTS
from backwright.lowering.wire.schemas import UUID, Schema, event_schema, object_schema
from backwright.plan.model import Channel, Plan

__all__ = [
    "CODES",
    "LIMITS",
    "SOCKET",
    "SocketLimits",
    "event_message",
    "received_messages",
    "sent_messages",
    "wire_address",
]

SOCKET = "/socket"

CODES = {
    "invalid_message": "the message is none that is known",
    "not_found": "there is no such channel, or it is not the caller's",
    "already_subscribed": "the socket listens to the channel already",
    "not_subscribed": "the socket does not listen to the channel",
    "too_many_subscriptions": "the socket listens to as many channels as it may",
    "unavailable": "the database cannot be asked right now",
}


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """What one socket may cost, the same on every stack."""

    ticket_seconds: int = 30
    message_bytes: int = 65_536
    subscriptions: int = 100
    waiting_bytes: int = 1_048_576
    burst: int = 200
    messages_per_second: int = 10
    ping_seconds: int = 30
    check_seconds: int = 4
    events: int = MOST_EVENTS


LIMITS = SocketLimits()

_UUID: Schema = {"type": "string", "format": "uuid", "pattern": UUID}
_ID: Schema = {"type": "string", "minLength": 1, "maxLength": 64}
_CHANNEL: Schema = {"type": "string", "maxLength": 200}


def _message(name: str, required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    members: dict[str, Schema] = {"type": {"const": name}, **required}
    return object_schema(members | (optional or {}), list(members))


def received_messages() -> dict[str, Schema]:
    """What clients say."""
    return {
        "subscribe": _message("subscribe", {"id": _ID, "channel": _CHANNEL}, {"after": _UUID}),
        "unsubscribe": _message("unsubscribe", {"id": _ID, "channel": _CHANNEL}),
    }


def sent_messages() -> dict[str, Schema]:
    """What servers say besides events."""
    code: Schema = {"type": "string", "enum": list(CODES)}
    return {
        "subscribed": _message("subscribed", {"id": _ID, "channel": _CHANNEL}),
        "unsubscribed": _message("unsubscribed", {"id": _ID, "channel": _CHANNEL}),
        "error": _message("error", {"id": {"type": ["string", "null"]}, "code": code}),
        "gap": _message("gap", {"channel": _CHANNEL}),
        "ended": _message("ended", {"channel": _CHANNEL}),
        "stopping": _message("stopping", {}),
    }


def wire_address(channel: Channel) -> str:
    """With its parameter as events call it: `items/{itemId}`."""
    return re.sub(r"{(\w+)\.id}", r"{\1Id}", channel.address)


def event_message(plan: Plan, channel: Channel, name: str) -> Schema:
    """An event as a channel sends it."""
    pattern = re.sub(r"{\w+\.id}", lambda _: UUID.strip("^$"), channel.address)
    address: Schema = {"type": "string", "pattern": f"^{pattern}$"} if channel.parameter else {"const": channel.address}
    payload = event_schema(plan.event(name))
    return _message("event", {"id": _UUID, "channel": address, "name": {"const": name}, "payload": payload})
