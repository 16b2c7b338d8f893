"""What is done to a running system by hand, each as a script and as the page that says when and how."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from backwright.lowering.running.pipeline import Pipeline
from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.pages import page

__all__ = ["operations_files"]

_SCRIPTS = (
    "backup.sh",
    "restore.sh",
    "base-backup.sh",
    "point-in-time.sh",
    "rollback.sh",
    "rotate-database-password.sh",
    "haproxy.cfg",
)
_PAGES = (
    "README.md",
    "backup-and-restore.md",
    "point-in-time-recovery.md",
    "release-and-rollback.md",
    "secrets.md",
    "proxy.md",
    "aws.md",
)


@dataclass(frozen=True, slots=True)
class OperationsView:
    """What the templates lay out."""

    name: str
    application: str
    identity: bool
    environment: str
    rollback: str
    ready: str
    stop_seconds: int


def operations_files(plan: Plan, contract: Mapping[str, object], facts: Facts) -> Iterator[File]:
    """`infrastructure/operations/` and `documentation/runbooks/`."""
    pipeline = Pipeline.of(contract)
    if pipeline is None:
        return
    view = OperationsView(
        name=facts.name,
        application=facts.application,
        identity=plan.identity is not None,
        environment=facts.environment,
        rollback=shlex.join((*pipeline.runs, *cast("Sequence[str]", contract["rollback"]))),
        ready=facts.ready,
        stop_seconds=facts.stop_seconds,
    )
    scripts = (*_SCRIPTS, "rotate-token-secret.sh") if view.identity else _SCRIPTS
    for name in scripts:
        yield File(f"infrastructure/operations/{name}", page(f"operations/{name}", view))
    for name in _PAGES:
        yield File(f"documentation/runbooks/{name}", page(f"runbooks/{name}", view))
