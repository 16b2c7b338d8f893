"""The system on AWS, as Terraform: network, database, cache, containers, secrets, alarms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.lowering.running.pipeline import Pipeline
from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.pages import page

__all__ = ["terraform_files"]

_FILES = (
    "versions.tf",
    "variables.tf",
    "network.tf",
    "database.tf",
    "cache.tf",
    "service.tf",
    "secrets.tf",
    "alarms.tf",
    "outputs.tf",
    "system.tftest.hcl",
    ".gitignore",
)


@dataclass(frozen=True, slots=True)
class TerraformView:
    """What the templates lay out."""

    name: str
    application: str
    identity: bool
    environment: str
    port: int
    ready: str
    grace: int
    connections: int
    migrate: str


def terraform_files(plan: Plan, contract: Mapping[str, object], facts: Facts) -> Iterator[File]:
    """`infrastructure/terraform/`; for a stack that says how it is released."""
    if Pipeline.of(contract) is None:
        return
    view = TerraformView(
        name=facts.name,
        application=facts.application,
        identity=plan.identity is not None,
        # In a column with the others.
        environment=facts.environment.ljust(len("RATE_LIMIT_REDIS_URL")),
        port=facts.port,
        ready=facts.ready,
        grace=facts.stop_seconds + 5,
        connections=facts.connections,
        migrate=json.dumps(contract["migrate"]),
    )
    for name in _FILES:
        yield File(f"infrastructure/terraform/{name}", page(f"terraform/{name}", view))
