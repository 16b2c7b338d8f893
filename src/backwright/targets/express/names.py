"""How the plan's names appear in TypeScript files."""

from __future__ import annotations

from backwright.lowering.operations import collection
from backwright.plan.model import Entity

__all__ = ["camel", "file_name", "kebab", "list_name", "pascal"]


def camel(name: str) -> str:
    """`LineItem` to `lineItem`."""
    return name[0].lower() + name[1:]


def pascal(name: str) -> str:
    """`closeItem` to `CloseItem`."""
    return name[0].upper() + name[1:]


def kebab(name: str) -> str:
    """`closeItem` to `close-item`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in camel(name))


def file_name(entity: Entity) -> str:
    """The base name of an entity's files: its collection."""
    return collection(entity)


def list_name(entity: Entity) -> str:
    """The constant that holds an entity's statements: `lineItems`."""
    words = collection(entity).split("-")
    return words[0] + "".join(word.capitalize() for word in words[1:])
