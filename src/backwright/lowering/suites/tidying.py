"""Takes out of a test what nobody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace

from backwright.lowering.suites.expressions import CALLER, Name, Row
from backwright.lowering.suites.statements import Insert, SignIn, Statement

__all__ = ["mentioned", "tidy", "within"]


def tidy(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements without names that are never used, and without the caller whom nobody calls."""
    kept: list[Statement] = []
    later: set[Row | Name] = set()
    for statement in reversed(tuple(statements)):
        match statement:
            case SignIn(name=name) if name == CALLER and name not in later:
                pass
            case Insert(name=Row()) if statement.name not in later:
                kept.append(replace(statement, name=None))
            case _:
                kept.append(statement)
        later |= set(mentioned(statement))
    return tuple(reversed(kept))


def mentioned(value: object) -> Iterator[Row | Name]:
    """The names in a statement, its own among them."""
    return (each for each in within(value) if isinstance(each, Row | Name))


def within(value: object) -> Iterator[object]:
    """Statements and expressions in a value, with the value itself."""
    if isinstance(value, tuple):
        for each in value:
            yield from within(each)
    elif is_dataclass(value):
        yield value
        for member in fields(value):
            yield from within(getattr(value, member.name))
