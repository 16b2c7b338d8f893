"""The project's own tests run and pass."""

from __future__ import annotations

from backwright.gates.tests.gate import GATE

__all__ = ["GATE"]
