"""J6, J9, J10: no secret in what is delivered, none compared hastily, and installed is what the lock file says."""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from backwright.gates.security.comparisons import hasty_comparisons
from backwright.gates.security.exemplars import Cast
from backwright.gates.security.stage import Stage

__all__ = ["files", "secrets_in", "unlocked"]

_LONGEST = 2_000_000
_SOURCES = (".py", ".ts", ".js", ".mjs")
# Of characters drawn at random from 64 this many have about 4 bits each; words and names have 3 at most.
_BITS = 3.7
_KNOWN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}|\bxox[baprs]-[\w-]{10,}|\bsk_live_\w{16,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
)
# A word of small letters is an example.
_IN_URL = re.compile(r"\b\w+://\w+:(?![a-z]+@)[^@\s'\"<>{}$*]{8,}@(?!localhost\b|127\.)[\w.-]+")
_NAMED = re.compile(
    r"(?i)\b\w*(?:secret|password|passwd|api_?key|private_?key|token)\w*['\"]?\s*[:=]\s*['\"]([\w+/=.~-]{20,})['\"]"
)


def files(stage: Stage, _cast: Cast) -> None:
    """Reads everything that belongs to the project and is not a test, without what its tools have written."""
    listed = stage.system.contract.get("derived")
    foreign = {str(each) for each in listed} if isinstance(listed, list) else set()
    own = {
        stage.system.password,
        *(urlsplit(url).password or "" for url in (stage.database.application, stage.database.migration)),
    }
    for path in _files(stage.system.folder, foreign):
        text = path.read_text(encoding="utf-8", errors="replace")
        name = path.relative_to(stage.system.folder).as_posix()
        found = [*secrets_in(text), *(word for word in own if word and word in text)]
        shown = f"{found[0][:6]}…" if found else ""
        stage.holds(not found, "gate/security-files", f"J6: {name} holds what looks like a secret: {shown}")
        if path.suffix in _SOURCES:
            hasty = list(hasty_comparisons(path))
            reason = f"J10: {name} compares a secret by an operator that tells by its time: {'; '.join(hasty[:3])}"
            stage.holds(not hasty, "gate/security-files", reason)
    locks = [stage.system.folder / name for name in ("package-lock.json", "uv.lock")]
    locks = [path for path in locks if path.exists()]
    for path in locks:
        wrong = list(unlocked(path))
        reason = f"J9: {path.name}: {'; '.join(wrong[:5])}"
        stage.holds(not wrong, "gate/security-files", reason)
    if not locks:
        stage.not_applicable("J9", "no lock file that the gate can read")


def _files(folder: Path, foreign: set[str]) -> Iterator[Path]:
    for directory, names, found in os.walk(folder):
        here = Path(directory).relative_to(folder)
        apart = {"tests"} if here == Path() else {"local"} if here.name == ".backwright" else set()
        names[:] = sorted(name for name in names if name not in foreign | apart | {".git", "__pycache__"})
        for name in sorted(found):
            path = Path(directory) / name
            if not path.is_symlink() and path.stat().st_size <= _LONGEST:
                yield path


def secrets_in(text: str) -> Iterator[str]:
    """Keys of known forms, and long values without order beside a name that says secret."""
    yield from (found[0] for form in (_KNOWN, _IN_URL) for found in form.finditer(text))
    yield from (found[1] for found in _NAMED.finditer(text) if _bits(found[1]) >= _BITS)


def _bits(text: str) -> float:
    """Shannon's entropy by character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def unlocked(path: Path) -> Iterator[str]:
    """What a lock file lets happen that nobody has looked at."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        packages = json.loads(text).get("packages", {})
        for name, package in packages.items():
            if name and not package.get("link"):
                if not str(package.get("integrity", "")).startswith("sha512-"):
                    yield f"{name} without a digest"
                if package.get("hasInstallScript"):
                    yield f"{name} runs a script when it is installed"
    else:
        for package in tomllib.loads(text).get("package", []):
            source = package.get("source", {})
            archives = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
            if "registry" in source and not (archives and all(_digest(each) for each in archives)):
                yield f"{package['name']} without a digest"
            if not {"registry", "virtual", "editable"} & source.keys():
                yield f"{package['name']} from somewhere else than a registry"


def _digest(archive: dict[str, str]) -> bool:
    return archive.get("hash", "").startswith("sha256:")
