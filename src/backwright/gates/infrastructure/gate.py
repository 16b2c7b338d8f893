"""What a project is run with: image, services beside it, who measures it, and a cluster."""

from __future__ import annotations

from dataclasses import replace

from backwright.diagnostics.evidence import GateResult
from backwright.gates.findings import Findings
from backwright.gates.infrastructure.compose import compose
from backwright.gates.infrastructure.dockerfile import dockerfile
from backwright.gates.infrastructure.engine import engine_of
from backwright.gates.infrastructure.kubernetes import kubernetes
from backwright.gates.infrastructure.monitoring import queries, rules
from backwright.gates.infrastructure.running import build_and_run
from backwright.gates.infrastructure.terraform import terraform
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.workflows import scripts, workflows
from backwright.gates.system import System

__all__ = ["GATE", "InfrastructureGate"]

_TOOLS = "hadolint, docker or podman, promtool, kubectl, checkov, actionlint, zizmor, shellcheck, terraform"


class InfrastructureGate:
    """Reads everything below `infrastructure/`; under `--full` it also builds the image and starts the services."""

    name = "infrastructure"

    def run(self, system: System) -> GateResult:
        """A stack that does not say how its image is built has no infrastructure, and is not judged."""
        work = Work(system, Findings(self.name, "checks", _TOOLS))
        if not isinstance(system.contract.get("image"), dict):
            nothing = GateResult(self.name, "not_run", 0, "checks", applies=False)
            return replace(nothing, reason="the stack does not say how its image is built")
        bases = dockerfile(work)
        services = compose(work)
        rules(work)
        queries(work)
        kubernetes(work)
        if isinstance(system.contract.get("pipeline"), dict):
            workflows(work)
            scripts(work)
            terraform(work)
        if not system.full:
            work.not_run("the image", "it is built, and the compose file started, under --full")
        elif engine := engine_of(work):
            build_and_run(work, engine, bases, services)
        return work.findings.result(work.reason())


GATE = InfrastructureGate()
