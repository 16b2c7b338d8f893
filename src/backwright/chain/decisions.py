"""Records of decisions for the delivered documentation: one page each, named for what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Decision
from backwright.experts.panel import decisions
from backwright.plan.model import Plan
from backwright.render import File

__all__ = ["decision_pages"]

_FOLDER = "documentation/decisions"


def decision_pages(plan: Plan) -> Iterator[File]:
    """An index, and a page for each decision. Pages have no numbers: a decision keeps its name when others come."""
    found = decisions(Case(plan))
    rows = "".join(f"| [{each.title}]({_name(each)}) | {each.reason} | {each.seat} |\n" for each in found)
    yield File(f"{_FOLDER}/README.md", f"# Decisions\n\n| Decision | Why | Seat |\n|---|---|---|\n{rows}")
    for each in found:
        yield File(f"{_FOLDER}/{_name(each)}", _page(each))


def _name(decision: Decision) -> str:
    return f"{decision.seat}-{decision.slug}.md"


def _page(decision: Decision) -> str:
    others = "".join(f"- **{other.name}**: {other.against}.\n" for other in decision.alternatives)
    return (
        f"# {decision.title}\n\n{decision.decided}\n\n## Why\n{decision.reason}\n\n## What was not chosen\n{others}\n"
        f"## What follows\n{decision.consequences}\n"
    )
