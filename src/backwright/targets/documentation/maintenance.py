"""What the page about maintenance says."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.names import qualified
from backwright.lowering.seeds import seed_data
from backwright.plan.indexes import called, emits
from backwright.plan.model import Job, Plan
from backwright.targets.documentation.project import Project

__all__ = ["MaintenanceView", "maintenance"]


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    """`accounts` is their table, `login` one of a seeded account, `last_role` the one that is given rarest."""

    project: Project
    table: str
    accounts: str
    login: str
    last_role: str
    is_emitting: bool
    is_calling: bool
    jobs: tuple[Job, ...]


def maintenance(plan: Plan, known: Project) -> MaintenanceView:
    """The view."""
    identity = plan.identity
    return MaintenanceView(
        project=known,
        table=qualified(plan.entities[0]),
        accounts=qualified(plan.entity(identity.entity)) if identity else "",
        login=seed_data(plan).demo_logins[0][1] if identity else "",
        last_role=identity.roles[-1] if identity else "",
        is_emitting=emits(plan),
        is_calling=bool(called(plan)),
        jobs=plan.jobs,
    )
