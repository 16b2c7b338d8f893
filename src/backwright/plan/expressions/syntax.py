"""The untyped tree that the parser yields. Offsets count characters from 0 in the expression's text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = [
    "Binary",
    "Invocation",
    "Items",
    "Mistake",
    "Name",
    "Node",
    "Scalar",
    "Select",
    "Ternary",
    "Unary",
    "Unsupported",
]


class Mistake(Exception):
    """One problem at an offset."""

    def __init__(self, code: str, message: str, offset: int, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset
        self.help = help


@dataclass(frozen=True, slots=True)
class Scalar:
    value: bool | int | Decimal | str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Select:
    of: Node
    field: str
    field_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call, on a receiver or alone; `name_start` is where its name stands."""

    receiver: Node | None
    name: str
    name_start: int
    arguments: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    operator: Literal["!", "-"]
    of: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    operator_start: int
    left: Node
    right: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ternary:
    condition: Node
    then: Node
    otherwise: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unsupported:
    """CEL that this language leaves out; `what` names it."""

    what: str
    start: int
    end: int


Node = Scalar | Name | Items | Select | Invocation | Unary | Binary | Ternary | Unsupported
