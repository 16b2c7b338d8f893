"""A cluster that runs the server: what every environment has, and the ways from one release to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.lowering.configuration import environments
from backwright.lowering.running.connections import CONNECTIONS, RESERVED
from backwright.lowering.running.image import USER
from backwright.plan.indexes import called
from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.pages import page

__all__ = ["kubernetes_files"]

_FOLDER = "infrastructure/kubernetes"
_PAUSE = 5
"""Seconds from the decision to stop a server to its signal."""
_SURGE, _CANARY = 1, 1
_BASE = (
    "server/kustomization.yaml",
    "server/service-account.yaml",
    "server/deployment.yaml",
    "server/service.yaml",
    "server/network-policy.yaml",
    "server/disruption-budget.yaml",
    "server/autoscaler.yaml",
    "migration/kustomization.yaml",
    "migration/service-account.yaml",
    "migration/job.yaml",
    "migration/network-policy.yaml",
)


@dataclass(frozen=True, slots=True)
class BaseView:
    """What the templates of the base lay out."""

    name: str
    identity: bool
    calls: bool
    environment: str
    user: int
    port: int
    metrics_port: int
    live: str
    ready: str
    pause: int
    grace: int
    surge: int
    most: int
    connections: int
    database_connections: int
    migrate: str


@dataclass(frozen=True, slots=True)
class OverlayView:
    """One environment, and where it has two whole releases, one of them."""

    base: BaseView
    name: str
    colour: str = ""

    @property
    def namespace(self) -> str:
        """Of its own for every environment."""
        return f"{self.base.name}-{self.name}"


def kubernetes_files(plan: Plan, contract: Mapping[str, object], facts: Facts) -> Iterator[File]:
    """`infrastructure/kubernetes/`, for every environment but the developer's own machine."""
    base = _view(plan, contract, facts)
    for name in _BASE:
        yield File(f"{_FOLDER}/base/{name}", page(f"kubernetes/base/{name}", base))
    for environment in environments():
        if environment.name != "development":
            yield from _overlay(OverlayView(base, environment.name))


def _view(plan: Plan, contract: Mapping[str, object], facts: Facts) -> BaseView:
    return BaseView(
        name=facts.name,
        identity=plan.identity is not None,
        calls=bool(called(plan)),
        environment=facts.environment,
        user=USER,
        port=facts.port,
        metrics_port=facts.metrics_port,
        live=facts.live,
        ready=facts.ready,
        pause=_PAUSE,
        grace=_PAUSE + facts.stop_seconds + 5,
        surge=_SURGE,
        most=(CONNECTIONS - RESERVED) // facts.connections - _SURGE - _CANARY,
        connections=facts.connections,
        database_connections=CONNECTIONS,
        migrate=json.dumps(contract["migrate"]),
    )


def _overlay(view: OverlayView) -> Iterator[File]:
    folder = f"{_FOLDER}/overlays/{view.name}"
    written = [
        ("environment/kustomization.yaml", "environment.yaml", view),
        ("migration/kustomization.yaml", "migration.yaml", view),
        ("migration/namespace.yaml", "namespace.yaml", view),
        ("rolling/kustomization.yaml", "rolling.yaml", view),
    ]
    if view.name == "production":
        colours = [OverlayView(view.base, view.name, colour) for colour in ("blue", "green")]
        written += [(f"{each.colour}/kustomization.yaml", "colour.yaml", each) for each in colours]
        written += [
            ("traffic/kustomization.yaml", "traffic.yaml", view),
            ("traffic/service.yaml", "traffic-service.yaml", view),
            ("canary/kustomization.yaml", "canary.yaml", view),
        ]
    for path, template, seen in written:
        yield File(f"{folder}/{path}", page(f"kubernetes/{template}", seen))
