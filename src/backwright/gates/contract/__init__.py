"""The server answers what its OpenAPI document says, to everyone."""

from __future__ import annotations

from backwright.gates.contract.gate import GATE

__all__ = ["GATE"]
