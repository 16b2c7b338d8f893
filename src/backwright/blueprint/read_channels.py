"""Channels."""

from __future__ import annotations

from backwright.blueprint.document import Node
from backwright.blueprint.nodes import ChannelNode
from backwright.blueprint.reader import Reader
from backwright.blueprint.text import Text

__all__ = ["CHANNEL_KEYS", "read_channels"]

CHANNEL_KEYS = ("allow", "sends")


def read_channels(reader: Reader, node: Node | None) -> tuple[ChannelNode, ...]:
    """Every channel, also those with mistakes in them."""
    advice = "Write 'channels: {address: {allow: …, sends: [Event]}}'."
    channels = reader.mapping(node, "'channels'", advice)
    return tuple(_channel(reader, entry.key, entry.value) for entry in channels.entries)


def _channel(reader: Reader, key: Text, value: Node) -> ChannelNode:
    what = f"the channel '{key.value}'"
    body = reader.mapping(value, what)
    if body.entries:
        reader.keys(body, what, CHANNEL_KEYS, ("sends",), None, key.origin)
    sends = reader.items(body.get("sends"), "'sends'", "Write 'sends: [Event]'.")
    return ChannelNode(
        address=key,
        allow=reader.expression(body.get("allow"), "allow"),
        has_allow=body.get("allow") is not None,
        sends=tuple(text for item in sends if (text := reader.word(item, "an entry of 'sends'"))),
        origin=key.origin,
    )
