"""What a project is run with, read by the tools that understand it, and run where a machine can."""

from backwright.gates.infrastructure.gate import GATE, InfrastructureGate

__all__ = ["GATE", "InfrastructureGate"]
