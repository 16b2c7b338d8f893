"""What is delivered to read: its examples run, and what it names is there."""

from backwright.gates.docs.gate import GATE, DocsGate

__all__ = ["GATE", "DocsGate"]
