"""What reading a brief gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from backwright.diagnostics import Diagnostic

__all__ = ["Assumption", "BriefReading", "Confidence", "Statement", "Status"]

Status = Literal["used", "partly used", "set aside", "not understood"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the brief says, where it says it, and what became of it; `lost` are words without an element."""

    id: str
    text: str
    status: Status
    elements: tuple[str, ...]
    offset: int
    length: int
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing the brief does not say. `off` is the edit that removes it."""

    id: str
    text: str
    pack: str
    confidence: Confidence
    off: str


@dataclass(frozen=True, slots=True)
class BriefReading:
    """A blueprint, and where every element of it comes from. Without a blueprint, `diagnostics` say why."""

    blueprint: str | None
    origins: Mapping[str, str]
    statements: tuple[Statement, ...]
    assumptions: tuple[Assumption, ...]
    questions: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    sentences: tuple[str, ...]
