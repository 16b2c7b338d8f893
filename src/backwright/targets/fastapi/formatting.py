"""Python sources as the project's own formatter leaves them."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

__all__ = ["formatted"]


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """The files without unused imports, imports sorted, lines broken; `pyproject.toml` among them says how.

    Raises ValueError when a file is no Python.
    """
    with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
        root = Path(folder)
        for path, content in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="\n")
        for rule in ("F401", "I"):
            _ruff(root, "check", "--fix", "--select", rule, "--isolated", *_SORTING)
        _ruff(root, "format")
        return {path: (root / path).read_text(encoding="utf-8") for path in files}


# The top-level packages of a project are its own, also while some of them are missing.
_SORTING = (
    "--config",
    "lint.isort.known-first-party=['api', 'config', 'database', 'services', 'tests']",
    "--line-length",
    "120",
)


def _ruff(root: Path, *arguments: str) -> None:
    command = [find_ruff_bin(), *arguments, "--quiet", "--no-cache", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stdout + done.stderr)
