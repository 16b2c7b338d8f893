"""How fast this machine is right now, so that bounds of time mean the same on a slow or busy one."""

from __future__ import annotations

import re
import time

__all__ = ["pace"]

# What the work below takes where the bounds of the tests were set, in seconds of processor time.
_USUAL = 0.08
_WORD = re.compile(r"\b(\w+)s\b")


def pace() -> float:
    """1 where the bounds were set and on faster machines, 2 on one that takes twice as long."""
    return max(1.0, min(_seconds() for _ in range(3)) / _USUAL)


def _seconds() -> float:
    began = time.process_time()
    words: dict[str, list[int]] = {}
    for number in range(12_000):
        text = f"members borrow {number} books and {number + 1} readers return them"
        for word in _WORD.findall(text):
            words.setdefault(word, []).append(number)
        words[str(number)] = sorted(len(each) for each in text.split())
    return time.process_time() - began
