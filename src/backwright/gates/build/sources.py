"""The source files of a generated project: what people read and own, without what tools write."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Source", "sources"]

_FOREIGN = {"node_modules", "dist", "build", ".venv", ".git", ".backwright", "__pycache__", "coverage"}
_LANGUAGES = {
    ".ts": "typescript",
    ".js": "typescript",
    ".mjs": "typescript",
    ".py": "python",
    ".sql": "sql",
    ".sh": "shell",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file, by its path in the project."""

    path: str
    language: str
    text: str


def sources(folder: Path) -> tuple[Source, ...]:
    """In the order of their paths."""
    found = []
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in _FOREIGN)
        for name in sorted(files):
            path = Path(directory) / name
            if path.suffix in _LANGUAGES and not path.is_symlink():
                text = path.read_text(encoding="utf-8", errors="replace")
                found.append(Source(path.relative_to(folder).as_posix(), _LANGUAGES[path.suffix], text))
    return tuple(sorted(found, key=lambda source: source.path))
