"""Files nobody imports, names nobody uses, packages nobody needs: by import statements, in every language that is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from backwright.diagnostics.model import Origin
from backwright.gates.build.manifest import Manifest
from backwright.gates.build.modules import Import, Reading
from backwright.gates.build.python import read_python
from backwright.gates.build.sources import Source, derived
from backwright.gates.build.typescript import read_typescript
from backwright.gates.findings import Findings

__all__ = ["check_usage"]

_READERS: Mapping[str, Callable[[str, str, Collection[str]], Reading]] = MappingProxyType(
    {".ts": read_typescript, ".py": read_python}
)
_WORD = re.compile(r"[\w./-]+")
_SUFFIX = re.compile(r"(/index|/__init__)?\.\w+$")


@dataclass(slots=True)
class _Module:
    source: Source
    reading: Reading
    used: set[str] = field(default_factory=set)
    imported: bool = False
    whole: bool = False


def check_usage(
    folder: Path, contract: Mapping[str, object], files: tuple[Source, ...], findings: Findings
) -> None:
    """Roots are the programs that the manifest and the run contract start, and the tests."""
    known = {source.path: source for source in files if source.suffix in _READERS}
    modules = {
        path: _Module(source, _READERS[source.suffix](path, source.text, known.keys()))
        for path, source in known.items()
    }
    if not modules:
        return
    for path, module in modules.items():
        for each in module.reading.imports:
            if each.path and each.path != path:
                _use(modules[each.path], each)
    manifest = Manifest(folder, contract)
    started = _started(contract, manifest)
    for path, module in modules.items():
        if not path.startswith("tests/") and not _names(path) & started:
            _judge(modules, module, findings)
    _packages(manifest, {name for module in modules.values() for name in module.reading.packages()}, findings)


def _use(module: _Module, each: Import) -> None:
    module.imported = True
    module.whole = module.whole or each.names is None
    module.used.update(each.names or ())


def _judge(modules: Mapping[str, _Module], module: _Module, findings: Findings) -> None:
    path = module.source.path
    folder = path.removesuffix("__init__.py") if path.endswith("/__init__.py") else None
    if not module.imported and not (folder and any(other.imported and at.startswith(folder) for at, other in modules.items())):
        message = f"{path} is imported by nobody and started by nobody"
        findings.fail("gate/build-unused", message, Origin(file=path), "Remove it, or use it.")
        return
    for offer in module.reading.offers:
        if not (module.whole or offer.needed or offer.name in module.used):
            message = f"{path} offers '{offer.name}', which no other file imports"
            findings.fail("gate/build-unused", message, Origin(file=path), "Keep it to the file, or drop the whole of it.")


def _names(path: str) -> set[str]:
    """How a program is named where it is started: with its suffix, without, with dots."""
    plain = _SUFFIX.sub("", path)
    return {plain, plain.replace("/", ".")}


def _started(contract: Mapping[str, object], manifest: Manifest) -> set[str]:
    """Every word of the contract and the manifest, as it would be without the folder of built files and the suffix."""
    text = json.dumps(dict(contract), default=str) + manifest.text
    folders = derived(contract)
    words = set()
    for word in _WORD.findall(text):
        plain = word.removeprefix("./")
        for folder in folders:
            plain = plain.removeprefix(f"{folder}/")
        words |= {plain, _SUFFIX.sub("", plain)}
    return words


def _packages(manifest: Manifest, used: Collection[str], findings: Findings) -> None:
    for name, modules in manifest.dependencies():
        if modules.isdisjoint(used):
            message = f"{manifest.path} depends on '{name}', which no file imports"
            findings.fail("gate/build-unused", message, Origin(file=manifest.path), f"Remove '{name}'.")
