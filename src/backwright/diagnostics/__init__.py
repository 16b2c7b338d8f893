"""Where things come from and what is wrong with them, as values."""

from backwright.diagnostics.model import Diagnostic, Origin, Severity

__all__ = ["Diagnostic", "Origin", "Severity"]
