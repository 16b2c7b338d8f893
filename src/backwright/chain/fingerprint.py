"""What a project's content is, in one digest: everything but what its own tools and Backwright write into it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from backwright.chain.evidence import FORMS

__all__ = ["fingerprint"]

_NEVER_CONTENT = frozenset({".git", "__pycache__"})
_WRITTEN = frozenset({".backwright/local", "verification.json", *FORMS})


def fingerprint(folder: Path, derived: Sequence[str]) -> str:
    """The digest of every path and its bytes, without the paths in `derived`."""
    digest = hashlib.sha256()
    for path in sorted(_files(folder, _WRITTEN | {each.strip("/") for each in derived})):
        digest.update(f"{len(path)} {path} ".encode("utf-8", "surrogateescape"))
        digest.update(_content(folder / path))
    return digest.hexdigest()


def _files(folder: Path, left_out: frozenset[str]) -> Iterator[str]:
    for directory, names, files in os.walk(folder):
        place = Path(directory).relative_to(folder)
        kept = [name for name in names if name not in _NEVER_CONTENT and (place / name).as_posix() not in left_out]
        # A link to a folder is not walked, so it counts by where it points to.
        links = [name for name in kept if (Path(directory) / name).is_symlink()]
        names[:] = [name for name in kept if name not in links]
        yield from (path for name in (*files, *links) if (path := (place / name).as_posix()) not in left_out)


def _content(path: Path) -> bytes:
    if path.is_symlink():
        return b"link " + os.fsencode(os.readlink(path))
    if not path.is_file():
        return b"no file"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b"not readable"
