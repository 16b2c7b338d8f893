"""The gate `policy`: every principal, operation and row, decided from the plan alone."""

from __future__ import annotations

from backwright.gates.policy.gate import GATE

__all__ = ["GATE"]
