"""The system on AWS: formatted, valid, and its own tests pass on mocks, where terraform and its provider can be had."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from backwright.gates.findings import tail
from backwright.gates.infrastructure.tools import Work

__all__ = ["terraform"]

_FOLDER = "infrastructure/terraform"
_UNREACHABLE = re.compile(
    r"Failed to query available provider packages|could not connect to registry|Failed to install"
)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SECRET = re.compile(r'^\s*(?:\w*password|\w*secret|\w*token)\s*=\s*"[^"$]+"', re.MULTILINE | re.IGNORECASE)
_TOLD = (
    (r"storage_encrypted\s*=\s*true", "the database is not encrypted"),
    (r"publicly_accessible\s*=\s*false", "the database can be reached from everywhere"),
    (r"backup_retention_period\s*=\s*var\.backup_days", "the database cannot be taken back"),
    (r"readonlyRootFilesystem\s*=\s*true", "the container may change its image"),
)


def terraform(work: Work) -> None:
    """What the text says, then what terraform says of a copy."""
    folder = work.system.folder / _FOLDER
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.*")) if path.is_file()}
    _check(work, any(name.endswith(".tf") for name in texts), f"{_FOLDER} has nothing")
    if not texts:
        return
    whole = "\n".join(text for name, text in texts.items() if name.endswith(".tf"))
    for pattern, told in _TOLD:
        _check(work, bool(re.search(pattern, whole)), told)
    for name, text in texts.items():
        _check(work, not _SECRET.search(text), f"{name} holds a secret")
    if work.has("terraform"):
        with tempfile.TemporaryDirectory(prefix="backwright-terraform-") as scratch:
            copy = Path(scratch) / "terraform"
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".terraform*"))
            _asked(work, f"-chdir={copy}")


def _asked(work: Work, where: str) -> None:
    formatted = work.call("terraform", where, "fmt", "-check", "-recursive", "-diff")
    _check(work, formatted.code == 0, f"terraform fmt:\n{tail(formatted.output)}")
    ready = work.call("terraform", where, "init", "-backend=false", "-input=false", "-no-color")
    if ready.code != 0 and _UNREACHABLE.search(ready.output):
        work.not_run("terraform validate and test", "the provider for AWS cannot be had")
        return
    _check(work, ready.code == 0, f"terraform init:\n{tail(ready.output)}")
    for step in ("validate", "test"):
        if ready.code == 0:
            done = work.call("terraform", where, step, "-no-color")
            _check(work, done.code == 0, f"terraform {step}:\n{tail(_ANSI.sub('', done.output), 25)}")


def _check(work: Work, holds: bool, message: str) -> None:
    work.findings.check(holds, "gate/infrastructure-terraform", message)
