"""A set of files to be written, each with its owner and the blueprint elements it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["File", "FileSet", "Owner"]

Owner = Literal["generated", "yours", "started for you"]


@dataclass(frozen=True, slots=True)
class File:
    """`path` is relative, with slashes; `ids` name blueprint elements."""

    path: str
    content: str
    ids: tuple[str, ...] = ()
    owner: Owner = "generated"

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.content.encode()).hexdigest()


class FileSet:
    """Files by path; giving a path twice is a fault of the target."""

    def __init__(self, files: tuple[File, ...] = ()) -> None:
        self._files: dict[str, File] = {}
        for file in files:
            self.add(file)

    def add(self, file: File) -> None:
        """Adds one file; ValueError when the path is taken."""
        if file.path in self._files:
            raise ValueError(f"{file.path} is written twice")
        self._files[file.path] = file

    def __iter__(self) -> Iterator[File]:
        return iter(sorted(self._files.values(), key=lambda file: file.path))

    def __len__(self) -> int:
        return len(self._files)
