"""The AsyncAPI 3.0 document of a plan's channels."""

from __future__ import annotations

import re

from backwright.lowering.wire.channels import (
    CODES,
    LIMITS,
    SOCKET,
    event_message,
    received_messages,
    sent_messages,
    wire_address,
)
from backwright.lowering.wire.routes import BASE
from backwright.lowering.wire.schemas import Schema
from backwright.plan.expressions import render
from backwright.plan.model import Channel, Plan

__all__ = ["asyncapi"]

Content = dict[str, object]

_SUMMARIES = {
    "subscribe": "Listens to a channel; with `after`, first to what came since that event",
    "unsubscribe": "Listens no longer",
    "subscribed": "The answer to `subscribe`; events follow",
    "unsubscribed": "The answer to `unsubscribe`",
    "error": "A refusal; `id` is that of the message, where it had one",
    "gap": "Events of the channel may be missing; read the rows again",
    "ended": "The caller may no longer listen to the channel",
    "stopping": "The server stops and closes the socket; come back to another one",
}


def asyncapi(plan: Plan) -> Content:
    """The document as plain data, in a stable order: the socket, and every channel that is spoken of over it."""
    received, sent = received_messages(), sent_messages()
    messages = {name: _message(name, _SUMMARIES[name], schema) for name, schema in (received | sent).items()}
    listed = {_key(channel): _channel(plan, channel) for channel in plan.channels}
    operations: Content = {
        "subscribe": _request("subscribe", "subscribed"),
        "unsubscribe": _request("unsubscribe", "unsubscribed"),
        "tell": {
            "action": "send",
            "channel": {"$ref": "#/channels/socket"},
            "messages": [_of_socket(name) for name in ("gap", "ended", "stopping")],
        },
    }
    operations |= {f"send-{key}": _sending(key, channel) for key, channel in zip(listed, plan.channels, strict=True)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": plan.name,
            "version": "1.0.0",
            "description": _description(),
            "license": {"name": "Proprietary"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "api": {
                "host": "localhost:3000",
                "pathname": BASE,
                "protocol": "ws",
                "description": "Behind TLS in production (`wss`).",
                "security": [{"$ref": "#/components/securitySchemes/ticket"}],
            }
        },
        "channels": {"socket": _socket(tuple(messages)), **listed},
        "operations": operations,
        "components": {
            "messages": messages,
            "securitySchemes": {
                "ticket": {
                    "type": "httpApiKey",
                    "name": "ticket",
                    "in": "query",
                    "description": f"From `POST {BASE}/auth/socket-ticket`; opens one socket.",
                }
            },
        },
    }


def _description() -> str:
    codes = "".join(f"\n- `{code}`: {when}" for code, when in CODES.items())
    return (
        "Events over one WebSocket. A client subscribes to channels by their addresses and hears the events of each, "
        "those of one subject in order. An event may come twice after a replay, with the same `id`. Messages are JSON "
        f"in text frames of at most {LIMITS.message_bytes} bytes. Codes of `error`:\n{codes}"
    )


def _message(name: str, summary: str, payload: Schema) -> Content:
    return {"name": name, "summary": summary, "payload": payload}


def _of_socket(name: str) -> Content:
    return {"$ref": f"#/channels/socket/messages/{name}"}


def _socket(names: tuple[str, ...]) -> Content:
    query = {"type": "object", "properties": {"ticket": {"type": "string"}}, "required": ["ticket"]}
    return {
        "address": SOCKET,
        "summary": "The one socket that everything below travels over",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
    }


def _request(name: str, answer: str) -> Content:
    socket = {"$ref": "#/channels/socket"}
    reply = {"channel": socket, "messages": [_of_socket(answer), _of_socket("error")]}
    return {"action": "receive", "channel": socket, "messages": [_of_socket(name)], "reply": reply}


def _key(channel: Channel) -> str:
    return re.sub(r"\W+", "-", channel.address.replace(".id}", "}")).strip("-")


def _channel(plan: Plan, channel: Channel) -> Content:
    found: Content = {
        "address": wire_address(channel),
        "description": f"For callers for whom `{render(channel.rule.expression)}` holds and who may read the row."
        if channel.parameter
        else f"For callers for whom `{render(channel.rule.expression)}` holds.",
        "messages": {
            name: _message(name, f"{name}, as this channel sends it", event_message(plan, channel, name))
            for name in channel.events
        },
    }
    if channel.parameter:
        found["parameters"] = {f"{channel.parameter.name}Id": {"description": f"The id of the {channel.entity}"}}
    return found


def _sending(key: str, channel: Channel) -> Content:
    messages = [{"$ref": f"#/channels/{key}/messages/{name}"} for name in channel.events]
    return {"action": "send", "channel": {"$ref": f"#/channels/{key}"}, "messages": messages}
