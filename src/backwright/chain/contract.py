"""The run contract of a generated project: how it is installed, migrated, seeded, started, tested and stopped."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Formatter
from types import MappingProxyType

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.packages import Packages

__all__ = ["CONTRACT", "STEPS", "Command", "Contract", "Login", "read_contract"]

CONTRACT = ".backwright/run.json"
STEPS = ("install", "build", "check", "migrate", "rollback", "seed", "start", "test")
PLACEHOLDERS = frozenset({"application_url", "migration_url", "token_secret", "demo_password", "port"})
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Login:
    """A seeded account; all of them have the demo password."""

    role: str
    login: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A step is the commands that it runs one after another, in the project's folder; `env` holds `{placeholders}`."""

    stack: str
    application: str
    runtime: str
    at_least: tuple[int, ...]
    packages: Packages
    derived: tuple[str, ...]
    steps: Mapping[str, tuple[Command, ...]]
    stop: signal.Signals
    env: Mapping[str, str]
    variables: frozenset[str]
    health: str
    openapi: str
    logins: tuple[Login, ...]
    document: Mapping[str, object]


def read_contract(folder: Path) -> Contract:
    """The contract of the project in `folder`; a diagnostic where there is none."""
    path = folder / CONTRACT
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise toolchain_error(
            "project/not-a-project",
            f"'{folder}' holds no generated project: {CONTRACT} is missing",
            "Give the folder that `backwright new --out` wrote.",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(f"cannot be read: {error}") from error
    return _Reader(document if isinstance(document, dict) else {}).contract()


def _unreadable(what: str) -> ToolchainError:
    return toolchain_error(
        "project/contract-unreadable",
        f"{CONTRACT} {what}",
        "Restore the file, or generate the project again into a new folder.",
    )


class _Reader:
    """Reads a document that anybody may have edited."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    def contract(self) -> Contract:
        runtime, packages = self._members("runtime"), self._members("packages")
        return Contract(
            stack=self._text("stack"),
            application=self._application(),
            runtime=_text(runtime.get("name"), "runtime.name"),
            at_least=_version(_text(runtime.get("at_least"), "runtime.at_least")),
            packages=Packages(
                locks=tuple(
                    _inside(each, "packages.locks") for each in _texts(packages.get("locks"), "packages.locks")
                ),
                folder=_inside(_text(packages.get("folder"), "packages.folder"), "packages.folder"),
                programs=_inside(_text(packages.get("programs"), "packages.programs"), "packages.programs"),
            ),
            derived=tuple(_inside(each, "derived") for each in _texts(self._document.get("derived"), "derived")),
            steps=MappingProxyType(self._steps()),
            stop=self._signal(),
            env=MappingProxyType(self._env()),
            variables=self._variables(),
            health=self._text("health"),
            openapi=_inside(self._text("openapi"), "openapi"),
            logins=self._logins(),
            document=self._document,
        )

    def _text(self, key: str) -> str:
        return _text(self._document.get(key), key)

    def _members(self, key: str) -> Mapping[str, object]:
        found = self._document.get(key)
        if not isinstance(found, dict):
            raise _wrong(key, "an object")
        return found

    def _application(self) -> str:
        name = self._text("application")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise _wrong("application", "a name of small letters, digits and underscores")
        return name

    def _steps(self) -> dict[str, tuple[Command, ...]]:
        steps = {step: _commands(self._document.get(step), step) for step in STEPS}
        # Of projects that state a load.
        steps["performance"] = _commands(self._document.get("performance", []), "performance")
        if len(steps["start"]) != 1:
            raise _wrong("start", "one command, which is the server")
        return steps

    def _signal(self) -> signal.Signals:
        try:
            return signal.Signals[self._text("stop")]
        except KeyError:
            raise _wrong("stop", "the name of a signal, such as SIGTERM") from None

    def _env(self) -> dict[str, str]:
        env = {name: _text(value, f"env.{name}") for name, value in self._members("env").items()}
        for name, value in env.items():
            try:
                used = {part for _, part, _, _ in Formatter().parse(value) if part is not None}
            except ValueError:
                raise _wrong(f"env.{name}", "text whose braces hold placeholders") from None
            if not used <= PLACEHOLDERS:
                raise _wrong(f"env.{name}", f"text with the placeholders {', '.join(sorted(PLACEHOLDERS))}")
        return env

    def _variables(self) -> frozenset[str]:
        listed = self._document.get("variables", [])
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise _wrong("variables", "a list of objects")
        return frozenset(_text(each.get("name"), "variables.name") for each in listed)

    def _logins(self) -> tuple[Login, ...]:
        listed = self._document.get("logins")
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise _wrong("logins", "a list of objects")
        return tuple(
            Login(_text(each.get("role"), "logins.role"), _text(each.get("login"), "logins.login")) for each in listed
        )


def _wrong(key: str, wanted: str) -> ToolchainError:
    return _unreadable(f"must have `{key}` as {wanted}")


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise _wrong(key, "a text")
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(key, "a list of texts")
    return tuple(_text(each, key) for each in value)


def _commands(value: object, step: str) -> tuple[Command, ...]:
    """`[]` is nothing to do, `["a", "b"]` is one command, `[["a"], ["b"]]` are two."""
    if not isinstance(value, list):
        raise _wrong(step, "a command, which is a list of texts")
    if not value or isinstance(value[0], str):
        return (_texts(value, step),) if value else ()
    commands = tuple(_texts(each, step) for each in value)
    if not all(commands):
        raise _wrong(step, "commands that are not empty")
    return commands


def _version(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text):
        raise _wrong("runtime.at_least", "a version, such as 22.21")
    return tuple(int(part) for part in text.split("."))


def _inside(path: str, key: str) -> str:
    """A path that stays in the project."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        raise _wrong(key, "a path inside the project")
    return path
