"""The documentation of a generated project: a pure function of the plan and of the stack's run contract."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.documentation.pages import page
from backwright.targets.documentation.views import project_view

__all__ = ["write"]

_PAGES = (
    "README.md",
    "config/development/.env.example",
    "config/production/.env.example",
    "documentation/api-specs.md",
    "documentation/database.md",
    "documentation/deployment.md",
    "documentation/operations.md",
    "documentation/security.md",
)


def write(plan: Plan, contract: Mapping[str, object]) -> FileSet:
    """README, `documentation/`, and the examples in `config/`."""
    view = project_view(plan, contract)
    return FileSet(tuple(File(path, page(path, view)) for path in _PAGES))
