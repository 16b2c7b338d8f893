"""Files nobody imports, exports nobody uses, packages nobody needs: for TypeScript, by its import statements."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from backwright.diagnostics.model import Origin
from backwright.gates.build.sources import Source
from backwright.gates.findings import Findings
from backwright.gates.system import System

__all__ = ["check_usage"]

_IMPORT = re.compile(
    r"""^(?:import|export)\s+(?:type\s+)?(?P<what>[\w*{][^'";]*?)\s*from\s*['"](?P<from>[^'"]+)['"]""", re.MULTILINE
)
_BARE = re.compile(r"""^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]""", re.MULTILINE)
_NAMED = re.compile(r"\{([^}]*)\}")
_EXPORT = re.compile(
    r"^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:const|let|function\*?|class|interface|type|enum)\s+(\w+)",
    re.MULTILINE,
)
_LIST = re.compile(r"^export\s+(?:type\s+)?\{([^}]*)\}\s*;?\s*$", re.MULTILINE)


@dataclass(slots=True)
class _Module:
    source: Source
    exports: list[str]
    used: set[str] = field(default_factory=set)
    imported: bool = False
    whole: bool = False


def check_usage(system: System, files: tuple[Source, ...], findings: Findings) -> None:
    """Roots are the programs that package.json and the run contract start, and the tests."""
    modules = {
        source.path: _Module(source, list(_exports(source.text))) for source in files if source.path.endswith(".ts")
    }
    if not modules:
        return
    packages: set[str] = set()
    for module in modules.values():
        for target, names in _imports(module.source.text):
            _use(modules, module.source.path, target, names, packages)
    roots = _roots(system)
    for path, module in modules.items():
        if path in roots or path.startswith("tests/"):
            continue
        if not module.imported:
            message = f"{path} is imported by nobody and started by nobody"
            findings.fail("gate/build-unused", message, Origin(file=path), "Remove it, or use it.")
            continue
        for name in module.exports:
            if not module.whole and name not in module.used and not _describes(module.source.text, name):
                message = f"{path} exports '{name}', which no other file imports"
                findings.fail("gate/build-unused", message, Origin(file=path), "Drop 'export', or the whole of it.")
    _packages(system, packages, findings)


def _describes(text: str, name: str) -> bool:
    """Whether it is a type that the file's other exports are described with."""
    declared = re.search(rf"^export (?:declare )?(?:interface|type) {name}\b", text, re.MULTILINE)
    return declared is not None and len(re.findall(rf"\b{name}\b", text)) > 1


def _exports(text: str) -> Iterator[str]:
    yield from _EXPORT.findall(text)
    for names in _LIST.findall(text):
        yield from (name.split(" as ")[-1].strip() for name in names.split(",") if name.strip())


def _imports(text: str) -> Iterator[tuple[str, list[str] | None]]:
    """Where from, and which names; None means all of them."""
    for found in _IMPORT.finditer(text):
        named = _NAMED.search(found["what"])
        if "*" in found["what"] or named is None:
            yield found["from"], None
        else:
            words = (word.strip().removeprefix("type ").split(" as ")[0].strip() for word in named[1].split(","))
            yield found["from"], [word for word in words if word]
    for one, other in _BARE.findall(text):
        yield one or other, [] if one else None


def _use(modules: dict[str, _Module], path: str, target: str, names: list[str] | None, packages: set[str]) -> None:
    if not target.startswith("."):
        words = target.split("/")
        packages.add("/".join(words[:2]) if target.startswith("@") else words[0])
        return
    where = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    module = (
        modules.get(re.sub(r"\.js$", ".ts", where)) or modules.get(f"{where}.ts") or modules.get(f"{where}/index.ts")
    )
    if module is None or module.source.path == path:
        return
    module.imported = True
    module.whole = module.whole or names is None
    module.used.update(names or ())


def _roots(system: System) -> set[str]:
    texts = [json.dumps(dict(system.contract), default=str)]
    package = system.folder / "package.json"
    if package.is_file():
        texts.append(package.read_text(encoding="utf-8"))
    found = {match for text in texts for match in re.findall(r"[\w./-]+\.(?:js|ts)\b", text)}
    return {re.sub(r"\.js$", ".ts", path.removeprefix("./").removeprefix("dist/")) for path in found}


def _packages(system: System, used: set[str], findings: Findings) -> None:
    manifest = system.folder / "package.json"
    if not manifest.is_file():
        return
    document = json.loads(manifest.read_text(encoding="utf-8"))
    for name in document.get("dependencies", {}):
        if name not in used:
            message = f"package.json depends on '{name}', which no file imports"
            findings.fail("gate/build-unused", message, Origin(file="package.json"), f"Remove '{name}'.")
