"""Texts that match a regular expression: as fixed pieces and picks from an alphabet."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

__all__ = ["Pick", "matching", "room", "text_of"]

_parser = importlib.import_module("re._parser")
_WORDS = digits + ascii_lowercase + ascii_uppercase
_VISIBLE = _WORDS + " -_.,:;!?#%&()*+/<=>@[]^{|}~$\"'\\"
_CATEGORIES = {"CATEGORY_DIGIT": digits, "CATEGORY_WORD": _WORDS + "_", "CATEGORY_SPACE": " "}
_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Pick:
    """So many characters of an alphabet."""

    alphabet: str
    count: int


@dataclass(slots=True)
class _Repeat:
    """A group with its bounds; `count` grows until the text is long enough."""

    body: list[_Node]
    smallest: int
    largest: int
    count: int


_Node = str | _Repeat  # a text is an alphabet: one character of it


def matching(pattern: str, shortest: int, longest: int) -> tuple[Pick, ...] | None:
    """Picks whose texts match the pattern and have a length within the bounds; None where none was found."""
    nodes = list(_nodes(_parser.parse(pattern)))
    for wanted in dict.fromkeys((min(max(shortest, _ENOUGH), longest), longest, shortest)):
        _stretch(nodes, wanted)
        picks = _merged(_flat(nodes))
        text = text_of(picks, 0)
        if shortest <= len(text) <= longest and re.search(pattern, text):
            return picks
    return None


def text_of(picks: Sequence[Pick], number: int) -> str:
    """The text of a number; different numbers give different texts as long as there is `room`."""
    characters: list[str] = []
    for pick in reversed(picks):
        for _ in range(pick.count):
            number, place = divmod(number, len(pick.alphabet))
            characters.append(pick.alphabet[place])
    return "".join(reversed(characters))


def room(picks: Sequence[Pick]) -> int:
    """How many different texts there are."""
    total = 1
    for pick in picks:
        total *= len(pick.alphabet) ** pick.count
    return total


def _nodes(parsed: Iterable[tuple[object, Any]]) -> Iterator[_Node]:
    for operator, argument in parsed:
        match str(operator), argument:
            case "LITERAL", int(code):
                yield chr(code)
            case "NOT_LITERAL", int(code):
                yield _without(chr(code))
            case "ANY", _:
                yield ascii_lowercase
            case "IN", list(items):
                yield _alphabet(items)
            case "BRANCH", (_, branches):
                yield from _nodes(branches[0])
            case "SUBPATTERN", (*_, body):
                yield from _nodes(body)
            case (("MAX_REPEAT" | "MIN_REPEAT"), (smallest, largest, body)):
                yield _Repeat(list(_nodes(body)), int(smallest), min(int(largest), 10_000), int(smallest))
            case _:
                continue


def _without(excluded: str) -> str:
    left = "".join(letter for letter in ascii_lowercase + digits if letter not in excluded)
    return left or "".join(letter for letter in _VISIBLE if letter not in excluded)


def _alphabet(items: list[tuple[object, object]]) -> str:
    found: list[str] = []
    negated = False
    for operator, argument in items:
        match str(operator), argument:
            case "NEGATE", _:
                negated = True
            case "LITERAL", int(code):
                found.append(chr(code))
            case "RANGE", (int(first), int(last)):
                found += [chr(code) for code in range(first, min(last, first + 200) + 1)]
            case "CATEGORY", name:
                found.append(_CATEGORIES.get(str(name), "x"))
    letters = "".join(dict.fromkeys("".join(found)))
    return _without(letters) if negated else letters


def _stretch(nodes: list[_Node], wanted: int) -> None:
    """Lets the last repeats grow first: a code's digits rather than its letters."""
    repeats = list(_repeats(nodes))
    for repeat in repeats:
        repeat.count = repeat.smallest
    for repeat in reversed(repeats):
        each = max(len("".join(text_of((pick,), 0) for pick in _flat(repeat.body))), 1)
        missing = wanted - sum(pick.count for pick in _flat(nodes))
        repeat.count = min(repeat.largest, repeat.count + max(missing // each, 0))


def _repeats(nodes: list[_Node]) -> Iterator[_Repeat]:
    for node in nodes:
        if isinstance(node, _Repeat):
            yield node
            yield from _repeats(node.body)


def _flat(nodes: list[_Node]) -> Iterator[Pick]:
    for node in nodes:
        if isinstance(node, str):
            yield Pick(node, 1)
        else:
            yield from list(_flat(node.body)) * node.count


def _merged(picks: Iterator[Pick]) -> tuple[Pick, ...]:
    merged: list[Pick] = []
    for pick in picks:
        if merged and merged[-1].alphabet == pick.alphabet:
            merged[-1] = Pick(pick.alphabet, merged[-1].count + pick.count)
        else:
            merged.append(pick)
    return tuple(merged)
