"""Copies of the generated shop with defects in what needs no new build: SQL, seeds, compiled JavaScript, documents."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from backwright.chain.system import ProjectSystem
from backwright.diagnostics.evidence import GateResult

__all__ = ["Edit", "codes", "copy_of", "edit", "said"]

Edit = tuple[str, str, str]


def copy_of(shop: ProjectSystem, parent: Path, edits: Sequence[Edit] = ()) -> ProjectSystem:
    """The shop once more, changed; each edit is (path, text that stands there once, what replaces it)."""
    folder = parent / "copy"
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns("node_modules"))
    os.symlink(shop.folder / "node_modules", folder / "node_modules")
    for path, old, new in edits:
        edit(folder / path, old, new)
    return ProjectSystem(folder, shop.plan, shop.postgres, parent / "logs", shop.secrets)


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands there once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def codes(result: GateResult) -> set[str]:
    """The codes of its failures."""
    return {failure.code for failure in result.failures}


def said(result: GateResult, code: str) -> str:
    """The messages of its failures with that code."""
    return "\n".join(failure.message for failure in result.failures if failure.code == code)
