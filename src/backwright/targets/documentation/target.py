"""The documentation of a generated project: a pure function of the plan and of the stack's run contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.documentation.api import api
from backwright.targets.documentation.architecture import architecture
from backwright.targets.documentation.background import Background
from backwright.targets.documentation.capacity import capacity
from backwright.targets.documentation.configuration import configuration, environment_views
from backwright.targets.documentation.database import database
from backwright.targets.documentation.deployment import deployment
from backwright.targets.documentation.events import events_view
from backwright.targets.documentation.maintenance import maintenance
from backwright.targets.documentation.monitoring import monitoring
from backwright.targets.documentation.pages import page
from backwright.targets.documentation.planning import planning
from backwright.targets.documentation.project import Project, project
from backwright.targets.documentation.readme import readme
from backwright.targets.documentation.security import security

__all__ = ["write"]

View = Callable[[Plan, Project], object]


def _always(plan: Plan) -> bool:
    del plan
    return True


def _has_events(plan: Plan) -> bool:
    return bool(plan.events)


# In the order in which they are read: name, what it knows, and whether there is anything to say.
_PAGES: tuple[tuple[str, View, Callable[[Plan], bool]], ...] = (
    ("architecture", architecture, _always),
    ("api-specs", api, _always),
    ("events", events_view, _has_events),
    ("database", database, _always),
    ("configuration", configuration, _always),
    ("deployment", deployment, _always),
    ("monitoring", monitoring, _always),
    ("maintenance", maintenance, _always),
    ("capacity", capacity, _always),
    ("security", security, _always),
)


def write(plan: Plan, contract: Mapping[str, object], background: Background) -> FileSet:
    """README, `documentation/`, and the files in `config/`."""
    known = project(plan, contract)
    views: dict[str, object] = {
        f"documentation/{name}.md": view(plan, known) for name, view, holds in _PAGES if holds(plan)
    }
    views["documentation/plan.md"] = planning(plan, known, background)
    files = [File("README.md", page("README.md", readme(plan, known, tuple(views))))]
    files += [File(path, page(path, view)) for path, view in views.items()]
    for each in environment_views(plan, known):
        folder = f"config/{each.environment.name}"
        example = "development" if each.environment.name == "development" else "deployed"
        files.append(File(f"{folder}/settings.env", page("config/settings.env", each)))
        files.append(File(f"{folder}/.env.example", page(f"config/{example}.env.example", each)))
    return FileSet(tuple(files))
