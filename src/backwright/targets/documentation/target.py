"""The documentation of a generated project: a pure function of the plan and of the stack's run contract."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.lowering.configuration import environments
from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.documentation.pages import page
from backwright.targets.documentation.views import environment_view, project_view

__all__ = ["write"]

_PAGES = (
    "README.md",
    "documentation/api-specs.md",
    "documentation/database.md",
    "documentation/deployment.md",
    "documentation/operations.md",
    "documentation/security.md",
)


def write(plan: Plan, contract: Mapping[str, object]) -> FileSet:
    """README, `documentation/`, and the examples in `config/`."""
    view = project_view(plan, contract)
    files = [File(path, page(path, view)) for path in _PAGES]
    for environment in environments():
        seen = environment_view(environment, view)
        example = "development" if environment.name == "development" else "deployed"
        files.append(File(f"config/{environment.name}/settings.env", page("config/settings.env", seen)))
        files.append(File(f"config/{environment.name}/.env.example", page(f"config/{example}.env.example", seen)))
    return FileSet(tuple(files))
