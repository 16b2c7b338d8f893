"""The run contract of a generated project: how it is installed, migrated, seeded, started, tested and stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from backwright.chain.toolchain.failures import toolchain_error

__all__ = ["CONTRACT", "Contract", "Login", "read_contract"]

CONTRACT = ".backwright/run.json"


@dataclass(frozen=True, slots=True)
class Login:
    """A seeded account; all of them have the demo password."""

    role: str
    login: str


@dataclass(frozen=True, slots=True)
class Contract:
    """Commands are argument lists run in the project's folder; `env` values hold `{placeholders}`."""

    stack: str
    application: str
    commands: dict[str, tuple[str, ...]]
    env: dict[str, str]
    health: str
    openapi: str
    logins: tuple[Login, ...]
    document: dict[str, object]


def read_contract(folder: Path) -> Contract:
    """The contract of the project in `folder`; a diagnostic where there is none."""
    path = folder / CONTRACT
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise toolchain_error(
            "project/not-a-project",
            f"'{folder}' holds no generated project: {CONTRACT} is missing",
            "Give the folder that `backwright new --out` wrote.",
        ) from None
    except (OSError, ValueError) as error:
        raise toolchain_error(
            "project/contract-unreadable", f"{CONTRACT} cannot be read: {error}", "Generate the project again."
        ) from error
    return Contract(
        stack=document["stack"],
        application=document["application"],
        commands={
            step: tuple(document[step])
            for step in ("install", "build", "check", "migrate", "rollback", "seed", "start", "test")
        },
        env=document["env"],
        health=document["health"],
        openapi=document["openapi"],
        logins=tuple(Login(each["role"], each["login"]) for each in document["logins"]),
        document=document,
    )
