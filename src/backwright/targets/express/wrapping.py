"""Lines that are too long, broken the way the formatter breaks them: the last object or list, one member a line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from backwright.targets.express.text import LINE

__all__ = ["wrapped"]

_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_AFTER = frozenset(")]};,")


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    commas: tuple[int, ...]


def wrapped(source: str) -> str:
    """The source with every line of code as long as the formatter allows, where it can be broken at all."""
    lines: list[str] = []
    within = False
    for line in source.split("\n"):
        comment = line.lstrip().startswith(("//", "/*", "*"))
        lines.extend([line] if comment or within or len(line) <= LINE else _broken(line))
        if not comment and line.count("`") - line.count("\\`") & 1:
            within = not within
    return "\n".join(lines)


def _broken(line: str) -> list[str]:
    group = _last_group(line)
    if len(line) <= LINE or group is None:
        return [line]
    margin = line[: len(line) - len(line.lstrip())]
    edges = [group.start, *group.commas, group.end]
    members = [line[start + 1 : end].strip() for start, end in pairwise(edges)]
    inner = [part for member in members if member for part in _broken(f"{margin}  {member},")]
    return [line[: group.start + 1], *inner, f"{margin}{line[group.end :]}"]


def _last_group(line: str) -> _Group | None:
    """The outermost object or list with nothing but ends behind it; a call's arguments where there is none."""
    fitting = [group for group in _groups(line) if set(line[group.end + 1 :]) <= _AFTER and group.end > group.start + 1]
    objects = [group for group in fitting if line[group.start] != "(" and group.start < LINE]
    return min(objects or fitting, key=lambda group: group.start, default=None)


def _groups(line: str) -> list[_Group]:
    """Every pair of brackets, without what stands in quotes."""
    found: list[_Group] = []
    pending: list[tuple[int, list[int]]] = []
    quote = ""
    at = 0
    while at < len(line):
        sign = line[at]
        if quote:
            at += 1 if sign == "\\" else 0
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif sign in _OPEN:
            pending.append((at, []))
        elif sign in _CLOSE:
            if not pending:
                return []
            start, commas = pending.pop()
            found.append(_Group(start, at, tuple(commas)))
        elif sign == "," and pending:
            pending[-1][1].append(at)
        at += 1
    return found if not pending and not quote else []
