"""What the page about deployment says."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.configuration import chosen
from backwright.lowering.running.connections import listening
from backwright.plan.model import Plan
from backwright.targets.documentation.project import Project

__all__ = ["DeploymentView", "deployment"]


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """How releases come and go."""

    project: Project
    has_calls: bool
    jobs: tuple[str, ...]
    listening: int


def deployment(plan: Plan, known: Project) -> DeploymentView:
    """The view."""
    return DeploymentView(known, bool(chosen(plan)), tuple(job.name for job in plan.jobs), listening(plan))
