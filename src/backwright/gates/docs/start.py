"""The README from its first command to its last, in a copy of the project, on a PostgreSQL that is still empty."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading, administrator, default, exports
from backwright.gates.docs.shell import unmet
from backwright.gates.findings import tail
from backwright.gates.machine import available, free_port
from backwright.gates.system import Step, System, command_line

__all__ = ["follow_readme"]

_PROGRAMS = ("psql", "createdb", "curl")
_EXAMPLE = "config/development/.env.example"
_ELSEWHERE: tuple[Step, ...] = ("install", "build", "check", "test")
_MARK = "@@ "


def follow_readme(reading: Reading) -> None:
    """Every block of the README in one shell; steps that other gates run are only looked up in the run contract."""
    readme = [block for page in reading.pages if page.path == "README.md" for block in page.blocks]
    blocks = [block for block in readme if block.language == "sh"]
    reading.findings.check(bool(blocks), "gate/docs-shell", "README.md says no command")
    blocks = [block for block in blocks if not unmet(reading, block)]
    missing = [program for program in _PROGRAMS if not available(program)]
    if missing:
        for _ in blocks:
            reading.not_run(f"{', '.join(missing)} not on the PATH")
        return
    with reading.system.apart() as (system, cluster):
        if cluster is None:
            for _ in blocks:
                reading.not_run("needs a PostgreSQL that may be changed")
            return
        with system.database() as database, tempfile.TemporaryDirectory(prefix="backwright-docs-") as folder:
            _drop_roles(database.admin, str(system.contract["application"]))
            _follow(reading, blocks, _copy(system, Path(folder) / "project"), database.admin)


def _drop_roles(admin: str, application: str) -> None:
    """The reader makes them; the run contract's database goes with its owner."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"reassign owned by {application}_owner to current_user".encode())
        for role in ("migrator", "app", "owner"):
            connection.execute(f"drop owned by {application}_{role}".encode())
            connection.execute(f"drop role {application}_{role}".encode())


def _copy(system: System, folder: Path) -> Path:
    """The project without what was derived, which is only looked at."""
    derived = system.contract.get("derived")
    names = [str(each) for each in derived] if isinstance(derived, list) else []
    shutil.copytree(system.folder, folder, ignore=shutil.ignore_patterns(*names, ".git"), symlinks=True)
    for name in names:
        if (system.folder / name).exists():
            os.symlink((system.folder / name).absolute(), folder / name)
    return folder


def _follow(reading: Reading, blocks: list[Block], folder: Path, admin: str) -> None:
    address = urlsplit(admin)
    example = folder / _EXAMPLE
    # What differs on this machine.
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace("127.0.0.1:5432", f"{address.hostname}:{address.port}"), encoding="utf-8")
    port = str(free_port())
    variables = administrator(admin) | {"PORT": port}
    url = f"http://127.0.0.1:{default(reading.system, 'PORT')}"
    parts = [f"cd '{folder}'\n", "trap '[ -z \"${server:-}\" ] || kill $server' EXIT\n"]
    for block in blocks:
        script = "".join(_lines(reading, block, f"http://127.0.0.1:{port}"))
        parts.append(f"echo '{_MARK}{block.place}'\n" + script.replace(url, f"http://127.0.0.1:{port}"))
    done = reading.system.command(("sh", "-euc", _unset(reading) + exports(variables) + "".join(parts)), 240.0)
    reached = re.findall(rf"^{_MARK}(.+)$", done.output, re.MULTILINE)
    reading.findings.done(len(reached))
    if done.code:
        last = done.output.rpartition(f"{_MARK}{reached[-1]}" if reached else "")[2]
        reading.findings.fail(
            "gate/docs-shell", f"{reached[-1] if reached else 'README.md'} ends with {done.code}:\n{tail(last)}"
        )


def _unset(reading: Reading) -> str:
    """The README must say itself what the run contract would have set."""
    listed = reading.system.contract.get("variables")
    names = [str(each["name"]) for each in listed] if isinstance(listed, list) else []
    return f"unset {' '.join(names)}\n" if names else ""


def _lines(reading: Reading, block: Block, url: str) -> Iterator[str]:
    contract = reading.system.contract
    manual = contract.get("manual")
    prefix = str(manual.get("prefix", "")) if isinstance(manual, dict) else ""
    elsewhere = {prefix + command_line(contract, step) for step in _ELSEWHERE}
    elsewhere |= {command_line(contract, step) for step in _ELSEWHERE}
    start = contract.get("start")
    started = prefix + " ".join(map(str, start)) if isinstance(start, list) else ""
    for line in block.text.splitlines():
        if line in elsewhere:
            reading.not_run(f"`{line}` is a step of the run contract that other gates take")
        elif line == started:
            yield f"{line} >server.log 2>&1 & server=$!\n"
            yield f"until curl -fs {url}{contract['health']} >/dev/null; do\n"
            yield "  kill -0 $server || { cat server.log; exit 1; }; sleep 0.1\ndone\n"
        else:
            yield f"{line}\n"
