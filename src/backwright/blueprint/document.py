"""A YAML document as a tree in which every node knows its line and column."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.blueprint.text import Text
from backwright.diagnostics import Origin

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "kind_of"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; `plain` is false where the author quoted it; `comment` is where a comment follows on the same line."""

    text: Text
    plain: bool = True
    comment: Origin | None = None

    @property
    def origin(self) -> Origin:
        return self.text.origin

    @property
    def is_null(self) -> bool:
        return self.plain and self.text.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Entry:
    key: Text
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[Entry, ...]
    origin: Origin

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        return next((entry.value for entry in self.entries if entry.key.value == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    origin: Origin


Node = Scalar | Mapping | Sequence


def kind_of(node: Node) -> str:
    """What a node is, in the words of a message."""
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar():
            return "nothing" if node.is_null else f"'{node.text.value[:40]}'"
