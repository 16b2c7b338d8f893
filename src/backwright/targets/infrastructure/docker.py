"""The image of the server, and everything that it needs on one machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from backwright.lowering.running.image import POSTGRES, USER, Image
from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.pages import page

__all__ = ["docker_files"]

_FOLDER = "infrastructure/docker"


@dataclass(frozen=True, slots=True)
class DockerView:
    """What the templates lay out; commands are JSON, as exec forms are."""

    name: str
    application: str
    identity: bool
    environment: str
    image: Image
    postgres: str
    user: int
    locks: tuple[str, ...]
    build: str
    context: tuple[str, ...]
    port: int
    metrics_port: int
    stop: str
    stop_seconds: int
    start: str
    migrate: str
    probe: str


def docker_files(plan: Plan, contract: Mapping[str, object], image: Image) -> tuple[File, ...]:
    """`infrastructure/docker/`, and what the builder of the image reads at the root."""
    view = _view(plan, contract, image)
    names = ("Dockerfile", "compose.yaml", "compose.redis.yaml", "database.sh", ".env.example")
    files = tuple(File(f"{_FOLDER}/{name}", page(f"docker/{name}", view)) for name in names)
    return (File(".dockerignore", page("docker/.dockerignore", view)), *files)


def _view(plan: Plan, contract: Mapping[str, object], image: Image) -> DockerView:
    facts = Facts.of(plan, contract)
    packages = cast("Mapping[str, Sequence[str]]", contract["packages"])
    locks = tuple(packages["locks"])
    return DockerView(
        name=facts.name,
        application=facts.application,
        identity=plan.identity is not None,
        environment=facts.environment,
        image=image,
        postgres=POSTGRES,
        user=USER,
        locks=locks,
        build=" && ".join(" ".join(command) for command in image.build),
        context=(*locks, *image.sources),
        port=facts.port,
        metrics_port=facts.metrics_port,
        stop=str(contract["stop"]),
        # Whoever stops waits a little longer than the server gives itself.
        stop_seconds=facts.stop_seconds + 5,
        start=json.dumps(contract["start"]),
        migrate=json.dumps(contract["migrate"]),
        probe=json.dumps(facts.probe(image)),
    )
