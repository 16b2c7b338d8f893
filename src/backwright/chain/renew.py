"""Parts of a project made again from its blueprint, where nobody's edit is in the way."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from backwright.chain.create import background_of
from backwright.chain.explain import read_brief_record
from backwright.chain.generate import render_project
from backwright.chain.manifest import MANIFEST, Entry, Manifest, digest_of, made_from, read_manifest
from backwright.chain.phases import Part, part_of
from backwright.chain.project import Project
from backwright.chain.renewal import Renewal
from backwright.chain.toolchain.failures import toolchain_error
from backwright.render import File

__all__ = ["renew"]

_SHOWN = 10


def renew(project: Project, parts: Collection[Part]) -> Renewal:
    """Writes what has changed of the parts; nothing at all where a file would lose an edit."""
    project.refuse_read_only()
    before = read_manifest(project.folder)
    background = background_of(read_brief_record(project.folder), before.because)
    files = {
        file.path: file
        for file in render_project(project.plan, project.contract.stack, project.blueprint, background)
        if part_of(file.path) in parts and file.path not in (MANIFEST, "blueprint.yaml")
    }
    gone = {path: each for path, each in before.files.items() if part_of(path) in parts and path not in files}
    gone.pop("blueprint.yaml", None)
    edited = [path for path, file in files.items() if _is_in_the_way(project.folder, file, before)]
    if edited:
        raise _edited(edited)
    written = tuple(path for path, file in files.items() if _is_news(project.folder, file, before))
    removed = tuple(path for path, each in gone.items() if digest_of(project.folder / path) == each.digest)
    kept = tuple(
        path for path, each in before.files.items() if path in files and _is_edited(project.folder / path, each)
    )
    for path in written:
        _write(project.folder / path, files[path].content)
    for path in removed:
        _remove(project.folder, path)
    entries = {path: each for path, each in before.files.items() if path not in gone}
    entries |= {path: Entry(file.digest, file.owner, file.ids) for path, file in files.items()}
    sources: dict[str, str] = dict(before.sources)
    sources.update(dict.fromkeys(parts, made_from(project.blueprint)))
    _write(project.folder / MANIFEST, replace(before, files=entries, sources=sources).text())
    return Renewal(written, removed, kept)


def _is_edited(path: Path, entry: Entry) -> bool:
    return digest_of(path) not in (None, entry.digest)


def _is_in_the_way(folder: Path, file: File, before: Manifest) -> bool:
    """Whether new content would replace something that we have not written; files started for somebody are theirs."""
    found, known = digest_of(folder / file.path), before.files.get(file.path)
    if found is None or found == file.digest or file.owner != "generated":
        return False
    return known is None or (found != known.digest and file.digest != known.digest)


def _is_news(folder: Path, file: File, before: Manifest) -> bool:
    found, known = digest_of(folder / file.path), before.files.get(file.path)
    if found is None:
        return True
    return found != file.digest and known is not None and found == known.digest


def _edited(paths: list[str]) -> Exception:
    shown = ", ".join(paths[:_SHOWN]) + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")
    return toolchain_error(
        "project/edited",
        f"what is generated now would replace edits in {shown}; nothing was written",
        "Move the edits into files of your own or undo them; or generate into a new folder and compare.",
    )


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text(content, encoding="utf-8", newline="\n")
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def _remove(folder: Path, path: str) -> None:
    (folder / path).unlink(missing_ok=True)
    for parent in (folder / path).parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()
