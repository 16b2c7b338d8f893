"""The AsyncAPI document: whether it is one, and what it promises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from jsonschema import Draft7Validator, Draft202012Validator

from backwright.gates.findings import Findings
from backwright.gates.layout import member
from backwright.plan.model import Plan

__all__ = ["Document", "read_document"]

Content = Mapping[str, object]
_CODE = "gate/realtime-document"
_SOCKET = "socket"


@dataclass(frozen=True, slots=True)
class Document:
    """Where the socket is, and by the type of a message, or the name of an event and its channel, the schemas."""

    path: str
    messages: Mapping[str, Content]
    events: Mapping[tuple[str, str], Content]

    def mistakes(self, message: Content, address: str = "") -> list[str]:
        """What is wrong with a message that a server has sent; `address` is how the document calls its channel."""
        event = message.get("type") == "event"
        key = (address, str(message.get("name")))
        schema = self.events.get(key) if event else self.messages.get(str(message.get("type")))
        if schema is None:
            return [f"nobody has heard of such a message: {json.dumps(message)[:200]}"]
        return [error.message for error in Draft202012Validator(schema).iter_errors(message)]


def read_document(path: Path, plan: Plan, findings: Findings) -> Document | None:
    """None where it cannot be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        findings.fail(_CODE, f"{path.name} cannot be read: {error}")
        return None
    official = json.loads((files(__package__) / "asyncapi-3.0.0.json").read_text(encoding="utf-8"))
    wrong = list(Draft7Validator(official).iter_errors(content))
    findings.check(not wrong, _CODE, f"it is no AsyncAPI 3.0: {wrong[0].message[:300] if wrong else ''}")
    if wrong:
        return None
    for reference in _references(content):
        findings.check(_found(content, reference) is not None, _CODE, f"{reference} refers to nothing")
    if findings.failures:
        return None
    channels = cast("Mapping[str, Content]", content["channels"])
    by_address = {str(each.get("address")): each for each in channels.values()}
    wanted = {}
    for channel in plan.channels:
        name = member(channel.parameter) if channel.parameter else ""
        hole = f"{{{channel.parameter.name}.id}}" if channel.parameter else ""
        address = channel.address.replace(hole, f"{{{name}}}") if hole else channel.address
        wanted[address] = channel
        told = by_address.get(address, {})
        names = set(cast("Content", told.get("messages", {})))
        reason = f"{address} has the events {sorted(names)}, not {sorted(channel.events)}"
        findings.check(names == set(channel.events), _CODE, reason, channel.origin)
        parameters = set(cast("Content", told.get("parameters", {})))
        findings.check(parameters == ({name} - {""}), _CODE, f"{address} has other parameters", channel.origin)
    extra = by_address.keys() - wanted.keys() - {str(channels.get(_SOCKET, {}).get("address"))}
    findings.check(not extra, _CODE, f"nobody has declared {', '.join(sorted(extra))}")
    return _document(content, channels)


def _document(content: Content, channels: Mapping[str, Content]) -> Document:
    [server] = cast("Mapping[str, Content]", content["servers"]).values()
    path = f"{server.get('pathname', '')}{channels[_SOCKET]['address']}"
    messages = {
        name: cast("Content", cast("Content", _resolved(content, each))["payload"])
        for name, each in cast("Mapping[str, Content]", channels[_SOCKET]["messages"]).items()
    }
    events = {
        (str(channel["address"]), name): cast("Content", cast("Content", _resolved(content, each))["payload"])
        for key, channel in channels.items()
        if key != _SOCKET
        for name, each in cast("Mapping[str, Content]", channel["messages"]).items()
    }
    return Document(path, messages, events)


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [str(node["$ref"])] if isinstance(node.get("$ref"), str) else []
        return own + [found for each in node.values() for found in _references(each)]
    return [found for each in node for found in _references(each)] if isinstance(node, list) else []


def _found(content: object, reference: str) -> object:
    for word in reference.removeprefix("#/").split("/"):
        content = content.get(word.replace("~1", "/").replace("~0", "~")) if isinstance(content, dict) else None
    return content


def _resolved(content: object, node: object) -> object:
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = _found(content, node["$ref"])
    return node
