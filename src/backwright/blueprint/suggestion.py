"""The nearest known name to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["nearest"]


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or nothing where no known name is near."""
    candidates = sorted(set(known))
    folded = {candidate.lower(): candidate for candidate in reversed(candidates)}
    if word.lower() in folded:
        return f"Did you mean '{folded[word.lower()]}'?"
    matches = get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return f"Did you mean '{folded[matches[0]]}'?" if matches else ""
