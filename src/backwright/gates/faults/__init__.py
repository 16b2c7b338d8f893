"""What must hold when something breaks: the server, the database, the way between them."""

from __future__ import annotations

from backwright.gates.faults.gate import GATE

__all__ = ["GATE"]
