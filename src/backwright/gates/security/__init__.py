"""The gate `security`: attacks the server as every role and as nobody, and watches its answers, rows and log."""

from __future__ import annotations

from backwright.gates.security.gate import GATE

__all__ = ["GATE"]
