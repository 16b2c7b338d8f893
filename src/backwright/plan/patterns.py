"""Patterns whose matching takes exponential time on a text that almost fits."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import cast

__all__ = ["runs_away"]

_parser = importlib.import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_MANY = 10
_Node = tuple[object, object]


def runs_away(pattern: str) -> bool:
    """Whether a group is repeated that one and the same text can be cut into in many ways, such as `(a+)+`."""
    return _runs_away(_parser.parse(pattern))


def _runs_away(nodes: Iterable[_Node]) -> bool:
    return any(
        (str(kind) in _REPEATS and _highest(of) > _MANY and any(map(_is_one_run, _inner(kind, of))))
        or any(map(_runs_away, _inner(kind, of)))
        for kind, of in nodes
    )


def _is_one_run(body: Iterable[_Node]) -> bool:
    """Whether, apart from what may be missing, all is one repetition of varying length."""
    nodes = list(body)
    needed = [node for node in nodes if not _may_be_missing(node)]
    if len(needed) > 1:
        return False
    return any(
        _varies(kind, of) or (str(kind) not in _REPEATS and any(map(_is_one_run, _inner(kind, of))))
        for kind, of in needed or nodes
    )


def _varies(kind: object, of: object) -> bool:
    return str(kind) in _REPEATS and isinstance(of, tuple) and of[0] < of[1] and of[1] > 1


def _highest(of: object) -> int:
    return int(of[1]) if isinstance(of, tuple) else 0


def _may_be_missing(node: _Node) -> bool:
    kind, of = node
    if str(kind) in _REPEATS and isinstance(of, tuple) and of[0] == 0:
        return True
    return str(kind) == "AT" or (str(kind) == "SUBPATTERN" and all(map(_may_be_missing, _inner(kind, of)[0])))


def _inner(kind: object, of: object) -> list[Iterable[_Node]]:
    """The patterns inside a node."""
    match str(kind), of:
        case (("MAX_REPEAT" | "MIN_REPEAT" | "SUBPATTERN"), (*_, body)):
            return [cast("Iterable[_Node]", body)]
        case "BRANCH", (_, bodies):
            return cast("list[Iterable[_Node]]", bodies)
        case _:
            return []
