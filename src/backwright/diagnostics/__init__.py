"""Where things come from and what is wrong with them, as values."""

from backwright.diagnostics.json_array import render_json, to_json
from backwright.diagnostics.model import Diagnostic, Origin, Severity
from backwright.diagnostics.terminal import render_terminal, summary_line

__all__ = ["Diagnostic", "Origin", "Severity", "render_json", "render_terminal", "summary_line", "to_json"]
