"""Origins and diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Diagnostic", "Origin", "Severity"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an element comes from. Lines and columns count from 1.

    `source` is a statement id, a pack, or empty for the author's own line.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: `code` is `area/slug`, `message` the reason, `help` what to do about it."""

    code: str
    message: str
    origin: Origin
    help: str = ""
    severity: Severity = "error"
