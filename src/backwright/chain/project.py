"""A generated project as it lies in its folder: its plan, its run contract, its local secrets."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backwright.chain.contract import Contract, read_contract
from backwright.chain.toolchain.failures import toolchain_error
from backwright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from backwright.chain.system import Secrets
    from backwright.plan.model import Plan

__all__ = ["LOCAL", "Invalid", "Place", "Project", "find_project", "open_project"]

LOCAL = ".backwright/local"
_BLUEPRINT = "blueprint.yaml"


class Invalid(Exception):
    """The input has mistakes; `sources` maps file names to their texts."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: dict[str, str]) -> None:
        super().__init__("invalid input")
        self.diagnostics = diagnostics
        self.sources = sources


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that `new` wrote, as it lies there: nothing has been made of its blueprint yet."""

    folder: Path
    blueprint: str
    contract: Contract

    def project(self) -> Project:
        """With the plan; Invalid where the blueprint has mistakes."""
        from backwright.plan.build import compile_blueprint

        path = str(self.folder / _BLUEPRINT)
        plan, problems = compile_blueprint(self.blueprint, path)
        if plan is None:
            raise Invalid(problems, {path: self.blueprint})
        return Project(self.folder, plan, self.blueprint, self.contract)


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that `new` wrote, and what its blueprint means."""

    folder: Path
    plan: Plan
    blueprint: str
    contract: Contract

    @property
    def local(self) -> Path:
        """What belongs to this machine alone: database, secrets, logs. Never shared."""
        return self.folder / LOCAL

    def refuse_read_only(self) -> None:
        """A diagnostic where nothing can be written, before longer work finds out."""
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise toolchain_error(
                "project/read-only",
                f"'{self.folder}' cannot be written by this user",
                "Packages, build and reports go there: change its permissions, or use a copy.",
            )

    def secrets(self) -> Secrets:
        """The project's secrets on this machine, made on first use and readable by its user only."""
        from backwright.chain.provision import Credentials
        from backwright.chain.system import Secrets

        path = self.local / "secrets.json"
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return Secrets(stored["token"], stored["password"], Credentials(stored["migrator"], stored["application"]))
        except (OSError, ValueError, KeyError):
            fresh = Secrets.random()
        self.local.mkdir(parents=True, exist_ok=True)
        values = {
            "token": fresh.token,
            "password": fresh.password,
            "migrator": fresh.credentials.migrator,
            "application": fresh.credentials.application,
        }
        half = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(values, file)
        os.replace(half, path)
        return fresh


def find_project(folder: Path) -> Place:
    """The project in a folder, unread; a diagnostic where there is none."""
    if not folder.is_dir():
        raise toolchain_error(
            "project/missing", f"there is no folder '{folder}'", "Give the folder that `backwright new --out` wrote."
        )
    contract = read_contract(folder)
    path = folder / _BLUEPRINT
    try:
        blueprint = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise toolchain_error(
            "project/blueprint-unreadable", f"{path} cannot be read: {error}", "Restore the file."
        ) from error
    return Place(folder, blueprint, contract)


def open_project(folder: Path) -> Project:
    """The project in a folder; Invalid where its blueprint has mistakes."""
    return find_project(folder).project()
