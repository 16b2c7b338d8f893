"""From a change to a release: scripts that anybody may run, and the workflows that call them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from backwright.lowering.running.image import POSTGRES
from backwright.lowering.running.pipeline import Command, Pipeline
from backwright.lowering.seeds import seed_data
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Plan
from backwright.render import File
from backwright.targets.infrastructure.facts import Facts
from backwright.targets.infrastructure.pages import page

__all__ = ["pipeline_files"]

_SCRIPTS = (
    "environment.sh",
    "install.sh",
    "check.sh",
    "test.sh",
    "contract.sh",
    "security.sh",
    "rehearse.sh",
    "rows.sql",
    "bill.sh",
    "image.sh",
    "cluster.sh",
    "deploy.sh",
    "rollback.sh",
)
_WORKFLOWS = ("verify.yaml", "release.yaml", "deploy.yaml", "rollback.yaml")
# What `environment.sh` finds out by itself, or makes up.
_FOUND = {"{token_secret}": "$(random)", "{demo_password}": "$(random)"}
_ELSEWHERE = ("PORT", "DATABASE_URL", "DATABASE_MIGRATION_URL")


@dataclass(frozen=True, slots=True)
class PipelineView:
    """What the templates lay out; commands are words of a shell, `back` is JSON."""

    name: str
    application: str
    postgres: str
    settings: tuple[tuple[str, str], ...]
    install: tuple[str, ...]
    build: tuple[str, ...]
    check: tuple[str, ...]
    migrate: str
    rollback: str
    seed: str
    start: str
    test: str
    health: str
    openapi: str
    base: str
    login: str
    logins: tuple[str, ...]
    bill: str
    advisories: str
    action: str
    inputs: tuple[tuple[str, str], ...]
    tools: tuple[str, ...]
    back: str


def pipeline_files(plan: Plan, contract: Mapping[str, object], facts: Facts) -> Iterator[File]:
    """`infrastructure/ci-cd/` and `.github/workflows/`; nothing for a stack that does not say how it is released."""
    pipeline = Pipeline.of(contract)
    if pipeline is None:
        return
    view = _view(plan, contract, pipeline, facts)
    for name in _SCRIPTS:
        yield File(f"infrastructure/ci-cd/{name}", page(f"ci-cd/{name}", view))
    for name in _WORKFLOWS:
        yield File(f".github/workflows/{name}", page(f"workflows/{name}", view))


def _view(plan: Plan, contract: Mapping[str, object], pipeline: Pipeline, facts: Facts) -> PipelineView:
    def lines(step: str, before: Command = pipeline.runs) -> tuple[str, ...]:
        return tuple(shlex.join((*before, *command)) for command in _commands(contract[step]))

    def line(step: str) -> str:
        [only] = lines(step)
        return only

    settings = cast("Mapping[str, str]", contract["env"])
    return PipelineView(
        name=facts.name,
        application=facts.application,
        postgres=POSTGRES,
        settings=tuple(
            (name, _FOUND.get(value, shlex.quote(value))) for name, value in settings.items() if name not in _ELSEWHERE
        ),
        install=lines("install", ()),
        build=lines("build"),
        check=lines("check"),
        migrate=line("migrate"),
        rollback=line("rollback"),
        seed=line("seed"),
        start=line("start"),
        test=line("test"),
        health=facts.ready,
        openapi=str(contract["openapi"]),
        base=BASE,
        login=plan.identity.login if plan.identity else "",
        logins=tuple(shlex.quote(login) for _, login in seed_data(plan).demo_logins),
        bill=shlex.join(pipeline.bill),
        advisories=shlex.join(pipeline.advisories),
        action=pipeline.action,
        inputs=pipeline.inputs,
        tools=tuple(shlex.join(each) for each in pipeline.tools),
        back=json.dumps([*cast("Sequence[str]", contract["rollback"]), "$migration"]),
    )


def _commands(step: object) -> Sequence[Sequence[str]]:
    """A step of the run contract: nothing, one command, or several."""
    listed = cast("Sequence[str | Sequence[str]]", step)
    words = [each for each in listed if isinstance(each, str)]
    return [words] if words else [each for each in listed if not isinstance(each, str)]
