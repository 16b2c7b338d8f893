"""The stated load, at the stated rate."""

from __future__ import annotations

from backwright.gates.load.gate import GATE

__all__ = ["GATE"]
