"""Bounds: "the price must be positive", "titles are at most 100 characters long"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backwright.sources.brief.facts import Fact, Limit, Span
from backwright.sources.brief.phrases import noun_phrases

__all__ = ["bound", "limits"]

_NUMBERS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_FORMS: tuple[tuple[str, str], ...] = (
    (r"\bunique\b", "unique"),
    (r"\b(?:required|mandatory|not empty|not blank|present|given|provided)\b", "required"),
    (r"\boptional\b", "optional"),
    (r"\b(?:immutable|unchangeable|read-only)\b|never changed?", "immutable"),
    (r"\bpositive\b|(?:greater|more|higher|larger|bigger) than (?:0|zero)\b|above (?:0|zero)\b", "> 0"),
    (r"not (?:be )?negative|non-negative|go (?:below (?:0|zero)|negative)|be negative|never negative", ">= 0"),
    (r"(?:between|from) (\d+) (?:and|to) (\d+) (?:char|letter)", "({0}..{1})"),
    (r"^(?:be )?(?:exactly )?(\d+) (?:characters?|letters|digits)(?: long)?$", "({0}..{0})"),
    (
        (
            r"(?:at most|up to|maximum(?: of)?|max|exceed|no more than|no longer than|less than or equal to"
            r"|not longer than|longer than) (\d+) char"
        ),
        "(0..{0})",
    ),
    (r"(?:at least|minimum(?: of)?|min|no fewer than|not shorter than) (\d+) char", "({0}..)"),
    (r"(?:between|from) (-?\d+(?:\.\d+)?) (?:and|to) (-?\d+(?:\.\d+)?)", ">= {0} <= {1}"),
    (r"(?:at least|not less than|minimum(?: of)?|no less than) (-?\d+(?:\.\d+)?)", ">= {0}"),
    (r"(?:at most|not more than|maximum(?: of)?|no more than|exceed|up to) (-?\d+(?:\.\d+)?)", "<= {0}"),
    (r"(?:greater|more|higher|larger|bigger) than (-?\d+(?:\.\d+)?)", "> {0}"),
    (r"(?:less|lower|smaller|fewer) than (-?\d+(?:\.\d+)?)", "< {0}"),
)


def bound(text: str) -> str:
    """The constraint that some words state, in the type notation; nothing where they state none."""
    for word, digit in _NUMBERS.items():
        text = re.sub(rf"\b{word}\b", digit, text)
    for pattern, notation in _FORMS:
        match = re.search(pattern, text)
        if match is not None:
            return notation.format(*match.groups())
    return ""


def limits(subject_words: Sequence[str], rest: Sequence[str], span: Span, negated: bool) -> list[Fact]:
    """The bounds that a sentence states of its subject."""
    text = " ".join(rest)
    notation = bound(f"not {text}" if negated else text)
    if not notation:
        return []
    return [Limit(span, phrase, notation) for phrase in noun_phrases(subject_words)]
