"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.plan.expressions.nodes import (
    Access,
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Constant,
    Expression,
    ListLiteral,
    Logical,
    Many,
    Me,
    Membership,
    Negate,
    Not,
    NullTest,
    Role,
    This,
    Variable,
    Widen,
)
from backwright.plan.expressions.types import ListType, RowType

__all__ = ["Path", "children", "fields_read", "references", "walk"]


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """A root (`this`, `me`, `input`, `now`, a variable) and the names followed from it."""

    root: str
    names: tuple[str, ...] = ()


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression."""
    match expression:
        case Constant() | This() | Me() | Role() | Variable():
            return ()
        case ListLiteral(items=parts) | Call(arguments=parts):
            return parts
        case Access(of=of) | Many(of=of) | NullTest(of=of) | Not(of=of) | Negate(of=of) | Widen(of=of):
            return (of,)
        case Logical(left=a, right=b) | Comparison(left=a, right=b) | Arithmetic(left=a, right=b):
            return (a, b)
        case Membership(item=item, collection=collection):
            return (item, collection)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Aggregate(source=source, body=body):
            return (source,) if body is None else (source, body)


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node, a whole before its parts."""
    yield expression
    for child in children(expression):
        yield from walk(child)


def references(expression: Expression) -> tuple[Path, ...]:
    """The longest paths read, sorted. `lines.sum(l, l.price)` reads `this.lines.price`."""
    return tuple(sorted(set(_paths(expression, {}))))


def fields_read(expression: Expression) -> tuple[tuple[str, str], ...]:
    """Entity and field of everything read from rows, sorted; parts count as their reference back."""
    found: set[tuple[str, str]] = set()
    for node in walk(expression):
        if isinstance(node, Access) and isinstance(node.of.typing.type, RowType):
            found.add((node.of.typing.type.entity, node.name))
        if isinstance(node, Many) and isinstance(node.typing.type, ListType):
            item = node.typing.type.item
            if isinstance(item, RowType):
                found.add((item.entity, node.back))
    return tuple(sorted(found))


def _path(expression: Expression, loops: dict[str, Path]) -> Path | None:
    match expression:
        case This():
            return Path("this")
        case Me():
            return Path("me")
        case Role():
            return Path("me", ("role",))
        case Variable(name=name):
            return loops.get(name, Path(name))
        case Access(of=of, name=name) | Many(of=of, name=name):
            before = _path(of, loops)
            return None if before is None else Path(before.root, (*before.names, name))
        case Aggregate(kind="filter", source=source):
            return _path(source, loops)
        case _:
            return None


def _paths(expression: Expression, loops: dict[str, Path]) -> Iterator[Path]:
    whole = _path(expression, loops)
    if whole is not None and not isinstance(expression, Aggregate):
        yield whole
        return
    if isinstance(expression, Aggregate):
        yield from _paths(expression.source, loops)
        if expression.body is not None:
            source = _path(expression.source, loops)
            yield from _paths(expression.body, {**loops, expression.variable: source or Path(expression.variable)})
        return
    for child in children(expression):
        yield from _paths(child, loops)
