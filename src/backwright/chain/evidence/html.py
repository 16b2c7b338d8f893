"""A report as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backwright.chain.evidence.entries import gates_of

__all__ = ["html"]

_TEMPLATE = Path(__file__).with_name("verification.html.j2")


def html(document: Mapping[str, object]) -> str:
    """The gates in a table, then what each found and what it says of itself."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    gates = list(gates_of(document))
    verdicts = [f"{sum(gate.status == status for gate in gates)} {word}" for status, word in _WORDS.items()]
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        gates=gates,
        words=_WORDS,
        said=", ".join(each for each in verdicts if not each.startswith("0 ")) or "nothing has run",
        stack=document.get("stack", ""),
        started=document.get("started", ""),
        blueprint=str(document.get("blueprint_digest", ""))[:12],
        content=str(document.get("content_digest", ""))[:12],
    )


_WORDS = {"passed": "passed", "failed": "failed", "not_run": "not run"}
