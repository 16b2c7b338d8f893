"""What every page may need to know of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from backwright.lowering.database import application_name
from backwright.lowering.running.image import Image
from backwright.plan.model import Plan

__all__ = ["Project", "Variable", "project"]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable; `default` is empty where there is none."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Project:
    """`commands` are the run contract's steps as typed, `environment` is the stack's word for where it runs."""

    name: str
    summary: str
    stack: str
    application: str
    label: str
    commands: Mapping[str, str]
    seed_in_image: str
    needs: str
    ships: str
    environment: str
    is_packaged: bool
    port: str
    health: str
    openapi: str
    asyncapi: str
    has_accounts: bool
    variables: tuple[Variable, ...]

    @property
    def url(self) -> str:
        """Where a server of a developer's machine listens."""
        return f"http://127.0.0.1:{self.port}"


_STEPS = ("install", "build", "check", "migrate", "rollback", "seed", "start", "test", "performance")


def project(plan: Plan, contract: Mapping[str, object]) -> Project:
    """Of a plan on the stack of a contract."""
    manual = cast("Mapping[str, str]", contract["manual"])
    prefixes = {step: "" if step == "install" else manual["prefix"] for step in _STEPS}
    variables = _variables(contract)
    return Project(
        name=plan.name,
        summary=plan.summary,
        stack=str(contract["stack"]),
        application=application_name(plan),
        label=application_name(plan).replace("_", "-"),
        commands=MappingProxyType({step: _command(contract.get(step), prefix) for step, prefix in prefixes.items()}),
        seed_in_image=_command(contract["seed"], ""),
        needs=manual["needs"],
        ships=manual["ships"],
        environment=manual["environment"],
        is_packaged=Image.of(contract) is not None,
        port=next((each.default for each in variables if each.name == "PORT"), ""),
        health=str(contract["health"]),
        openapi=str(contract["openapi"]),
        asyncapi=str(contract["asyncapi"]),
        has_accounts=plan.identity is not None,
        variables=variables,
    )


def _command(words: object, prefix: str) -> str:
    """As people type it; nothing where there is nothing to do."""
    if not isinstance(words, Sequence):
        return ""
    commands = words if all(isinstance(each, list) for each in words) else [words]
    return " && ".join(prefix + " ".join(str(word) for word in command) for command in commands if command)


def _variables(contract: Mapping[str, object]) -> tuple[Variable, ...]:
    listed = contract.get("variables")
    entries = listed if isinstance(listed, Sequence) else ()
    return tuple(Variable(each["name"], each["default"], each["meaning"]) for each in entries)
