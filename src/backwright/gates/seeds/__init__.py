"""The seeds load, are whole, and every list shows something."""

from __future__ import annotations

from backwright.gates.seeds.gate import GATE

__all__ = ["GATE"]
