"""Which metrics and labels an expression of PromQL names."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Named", "named"]

_TEXT = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)?\s*\{([^}]*)\}")
_NAME = re.compile(r"(?<![\w:.$])[a-zA-Z_:][\w:]*(?!\s*\()(?![\w:])")
_MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_WORDS = frozenset(("and", "or", "unless", "bool", "offset", "by", "without", "inf", "nan"))


@dataclass(frozen=True, slots=True)
class Named:
    """Metrics with the labels that selectors ask for, and the labels that results are grouped by."""

    metrics: frozenset[str]
    labels: frozenset[tuple[str, str]]
    groupings: frozenset[str]


def named(expression: str) -> Named:
    """What stands in an expression; functions, words and durations are none of it."""
    plain = _TEXT.sub('""', expression)
    groupings = {each.strip() for found in _GROUPING.findall(plain) for each in found.split(",") if each.strip()}
    plain = _GROUPING.sub(" ", plain)
    labels = {
        (metric, label) for metric, inside in _SELECTOR.findall(plain) if metric for label in _MATCHER.findall(inside)
    }
    plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", plain)
    metrics = {each for each in _NAME.findall(plain) if each.lower() not in _WORDS}
    return Named(frozenset(metrics), frozenset(labels), frozenset(groupings))
