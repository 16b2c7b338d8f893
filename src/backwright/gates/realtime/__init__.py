"""The gate `realtime`: what the AsyncAPI document promises, over live sockets."""

from __future__ import annotations

from backwright.gates.realtime.gate import GATE

__all__ = ["GATE"]
