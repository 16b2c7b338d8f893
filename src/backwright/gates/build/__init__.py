"""Types, lint and format hold; nothing is unused, nothing left open."""

from __future__ import annotations

from backwright.gates.build.gate import GATE

__all__ = ["GATE"]
