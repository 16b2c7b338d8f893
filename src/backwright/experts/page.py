"""A rule as a page: what it looks for, why, and both examples."""

from __future__ import annotations

from backwright.experts.example import shown
from backwright.experts.model import Evidence, Example, Rule

__all__ = ["page"]


def page(rule: Rule) -> str:
    """Markdown, headed by the rule's name."""
    return (
        f"# {rule.name}\n\n{rule.summary}\n\n{rule.explanation}\n\n"
        f"## Example\n\n{_example(rule.bad)}\n## Fix\n\n{_example(rule.good)}"
    )


def _example(example: Example) -> str:
    found = f"{_found(example.evidence)}\n\n" if example.evidence else ""
    return f"{found}```yaml\n{shown(example.blueprint)}```\n"


def _found(evidence: Evidence) -> str:
    said = [
        f"`{gate.name}` {gate.status.replace('_', ' ')}, {gate.count} {gate.unit}".rstrip() for gate in evidence.gates
    ]
    said += [f"nothing of `{name}`" for name in evidence.absent]
    about = "" if evidence.is_current else ", about another state of the project"
    return f"What `verification.json` says: {'; '.join(said) or 'nothing'}{about}."
