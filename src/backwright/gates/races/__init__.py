"""The gate `races`: what must hold when many ask for the same thing at once."""

from __future__ import annotations

from backwright.gates.races.gate import GATE

__all__ = ["GATE"]
