"""What is done to a running system by hand: backup, recovery, rotation, replacement, the way back."""

from __future__ import annotations

from backwright.gates.operations.gate import GATE

__all__ = ["GATE"]
