"""The source files of a generated project: what people read and own, without what tools write."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

__all__ = ["Source", "derived", "sources"]

_CACHES = frozenset(("__pycache__", "coverage"))
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

    @property
    def suffix(self) -> str:
        """The end of its name."""
        return PurePosixPath(self.path).suffix


def derived(contract: Mapping[str, object]) -> tuple[str, ...]:
    """The folders that the project's own tools write."""
    folders = contract.get("derived")
    return tuple(str(each) for each in folders) if isinstance(folders, list) else ()


def sources(folder: Path, contract: Mapping[str, object]) -> tuple[Source, ...]:
    """In the order of their paths."""
    foreign = {*derived(contract), *_CACHES}
    found = []
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in foreign and not name.startswith("."))
        for name in sorted(files):
            path = Path(directory) / name
            if path.suffix in _LANGUAGES and not path.is_symlink():
                text = path.read_text(encoding="utf-8", errors="replace")
                found.append(Source(path.relative_to(folder).as_posix(), _LANGUAGES[path.suffix], text))
    return tuple(sorted(found, key=lambda source: source.path))
