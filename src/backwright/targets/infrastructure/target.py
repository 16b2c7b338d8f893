"""The infrastructure of a generated project: a pure function of the plan and of the stack's run contract."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.lowering.running.image import Image
from backwright.plan.model import Plan
from backwright.render import FileSet
from backwright.targets.infrastructure.docker import docker_files
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.kubernetes import kubernetes_files
from backwright.targets.infrastructure.monitoring.files import monitoring_files
from backwright.targets.infrastructure.operations import operations_files
from backwright.targets.infrastructure.pipeline import pipeline_files
from backwright.targets.infrastructure.terraform import terraform_files

__all__ = ["write"]


def write(plan: Plan, contract: Mapping[str, object]) -> FileSet:
    """`infrastructure/`; nothing for a stack that does not say how its image is built."""
    image = Image.of(contract)
    if image is None:
        return FileSet()
    facts = Facts.of(plan, contract)
    files = (
        *docker_files(plan, contract, image),
        *monitoring_files(plan, facts),
        *kubernetes_files(plan, contract, facts),
        *pipeline_files(plan, contract, facts),
        *operations_files(plan, contract, facts),
        *terraform_files(plan, contract, facts),
    )
    return FileSet(files)
