"""The files of this repository, as the house tests see them."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["ROOT", "SOURCE", "FunctionNode", "functions", "own_files", "own_python", "path", "refuse", "text", "tree"]

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "backwright"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

# Golden trees and examples are output, and lock files are written by their tools.
WRITTEN_BY_MACHINE = ("tests/cases/", "examples/")
LOCKS = ("requirements", "package-lock.json")


@functools.cache
def own_files() -> tuple[Path, ...]:
    """Every file that people write and read here: what git tracks, and what it would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        folders = (ROOT / name for name in ("src", "tests", "docs"))
        names = [file.relative_to(ROOT).as_posix() for folder in folders for file in folder.rglob("*")]
        names = [name for name in names if "__pycache__" not in name and "node_modules" not in name]
    else:
        names = [name for name in listed.stdout.split("\0") if name]
    kept = sorted(name for name in set(names) if not name.startswith(WRITTEN_BY_MACHINE))
    return tuple(ROOT / name for name in kept if (ROOT / name).is_file() and not Path(name).name.startswith(LOCKS))


def own_python(below: Path = ROOT) -> Iterator[Path]:
    """The Python files of the product and its tests; what is copied into generated projects has rules of its own."""
    for file in own_files():
        inside = file.relative_to(ROOT).parts
        if file.suffix == ".py" and file.is_relative_to(below) and not {"golden", "runtime", "templates"} & set(inside):
            yield file


def functions(file: Path) -> Iterator[FunctionNode]:
    for node in ast.walk(tree(file)):
        if isinstance(node, FunctionNode):
            yield node


@functools.cache
def tree(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    except SyntaxError:
        # Ruff and mypy say so, with a better message.
        return ast.Module(body=[], type_ignores=[])


@functools.cache
def text(file: Path) -> str:
    """Its text, or nothing where it is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def path(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def refuse(found: list[str]) -> None:
    """Fails with everything that was found, not with the first of it."""
    if found:
        pytest.fail(f"{len(found)} found:\n" + "\n".join(found), pytrace=False)
