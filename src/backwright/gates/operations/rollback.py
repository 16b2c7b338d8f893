"""A release is taken back: its migrations go, what was before stays, and the older server works."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from backwright.gates.operations.stage import FOLDER, Stage
from backwright.gates.state import Store
from backwright.gates.system import Finished

__all__ = ["rolled_back"]

_UP = "begin;\nset local lock_timeout = '5s';\ncreate table public.{0} (id uuid primary key);\ncommit;\n"
_DOWN = "begin;\nset local lock_timeout = '5s';\ndrop table public.{0};\ncommit;\n"
_NEWER = ("9001_gate_first", "9002_gate_second")


def rolled_back(stage: Stage) -> None:
    """The next release has two migrations more, and `rollback.sh` takes both back."""
    before = stage.schema(stage.database.name)
    with closing(Store(stage.system.plan, stage.database.admin)) as store:
        rows = store.digests()
    newer = _next_release(stage)
    migrate = stage.system.contract["migrate"]
    words = [str(word) for word in migrate] if isinstance(migrate, list) else []
    if not stage.done(_there(stage, newer, *words), "gate/operations-rollback", "the migration of the next release"):
        return
    changed = stage.schema(stage.database.name)
    _check(stage, changed != before, "the next release changed nothing, so nothing could be taken back")
    nothing = stage.scratch / "no-release"
    nothing.mkdir()
    refused = _there(stage, newer, "sh", f"{FOLDER}/rollback.sh", str(nothing))
    kept = stage.schema(stage.database.name) == changed
    _check(stage, refused.code != 0 and kept, "a folder without migrations takes back what is there")
    if not kept:
        return
    back = _there(stage, newer, "sh", f"{FOLDER}/rollback.sh", str(stage.system.folder.absolute()))
    stage.done(back, "gate/operations-rollback", "rollback.sh")
    _check(stage, stage.schema(stage.database.name) == before, "the schema is not the older release's")
    with closing(Store(stage.system.plan, stage.database.admin)) as store:
        left = store.digests()
    for table in sorted(rows | left):
        _check(stage, rows.get(table) == left.get(table), f"the rows of {table} are not what they were")
    with stage.system.serve(stage.database):
        stage.findings.done()


def _check(stage: Stage, holds: bool, message: str) -> None:
    stage.findings.check(holds, "gate/operations-rollback", message)


def _there(stage: Stage, folder: Path, *command: str) -> Finished:
    return stage.run("sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(folder), *command)


def _next_release(stage: Stage) -> Path:
    folder, packages = stage.scratch / "next", stage.system.contract["packages"]
    installed = str(packages["folder"]) if isinstance(packages, dict) else ""
    shutil.copytree(stage.system.folder, folder, ignore=shutil.ignore_patterns(installed, ".*_cache", "__pycache__"))
    os.symlink(stage.system.folder.absolute() / installed, folder / installed)
    for name in _NEWER:
        for way, text in (("up", _UP), ("down", _DOWN)):
            path = folder / "database" / "migrations" / f"{name}.{way}.sql"
            path.write_text(text.format(name.partition("_")[2]), encoding="utf-8")
    return folder
