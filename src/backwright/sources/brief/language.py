"""Is it English? A brief in another language is refused, not guessed at."""

from __future__ import annotations

import re

from backwright.packs import load, words

__all__ = ["foreign"]


def foreign(text: str) -> bool:
    """Whether the words that hold sentences together are another language's."""
    letters = [letter for letter in text[:20000] if letter.isalpha()]
    if letters and sum(ord(letter) > 0x24F for letter in letters) * 4 > len(letters):
        return True
    english = frozenset(words(load("languages")["english"]))
    other = frozenset(words(load("languages")["other"]))
    spoken = re.findall(r"[^\W\d_]+", text[:20000].lower())
    foreign_words = sum(word in other for word in spoken)
    return (foreign_words >= 2 and foreign_words > sum(word in english for word in spoken)) or (
        foreign_words == 1 and len(spoken) <= 12 and not any(word in english for word in spoken)
    )
