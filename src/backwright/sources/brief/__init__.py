"""Plain words become a blueprint, without a language model."""

from __future__ import annotations

from backwright.sources.brief.model import Assumption, BriefReading, Statement
from backwright.sources.brief.reading import read_brief

__all__ = ["Assumption", "BriefReading", "Statement", "read_brief", "said_back"]


def said_back(reading: BriefReading) -> tuple[str, ...]:
    """Every element of the blueprint as a sentence, so that its author can say yes or no."""
    return reading.sentences
