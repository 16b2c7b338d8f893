"""TypeScript, by its import and export statements."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from backwright.gates.build.modules import Import, Offer, Reading

__all__ = ["read_typescript"]

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


def read_typescript(path: str, text: str, paths: Collection[str]) -> Reading:
    """One file among those of the project."""
    offers = tuple(Offer(name, _describes(text, name)) for name in _exports(text))
    return Reading(offers, tuple(_resolved(path, target, names, paths) for target, names in _imports(text)))


def _describes(text: str, name: str) -> bool:
    """Whether it is a type that the file's other exports are described with."""
    declared = re.search(rf"^export (?:declare )?(?:interface|type) {name}\b", text, re.MULTILINE)
    return declared is not None and len(re.findall(rf"\b{name}\b", text)) > 1


def _exports(text: str) -> Iterator[str]:
    yield from _EXPORT.findall(text)
    for names in _LIST.findall(text):
        yield from (name.split(" as ")[-1].strip() for name in names.split(",") if name.strip())


def _imports(text: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Where from, and which names; None means all of them."""
    for found in _IMPORT.finditer(text):
        named = _NAMED.search(found["what"])
        if "*" in found["what"] or named is None:
            yield found["from"], None
        else:
            words = (word.strip().removeprefix("type ").split(" as ")[0].strip() for word in named[1].split(","))
            yield found["from"], tuple(word for word in words if word)
    for one, other in _BARE.findall(text):
        yield one or other, () if one else None


def _resolved(path: str, target: str, names: tuple[str, ...] | None, paths: Collection[str]) -> Import:
    if not target.startswith("."):
        words = target.split("/")
        return Import(names, package="/".join(words[:2]) if target.startswith("@") else words[0])
    where = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    candidates = (re.sub(r"\.js$", ".ts", where), f"{where}.ts", f"{where}/index.ts")
    return Import(names, path=next((each for each in candidates if each in paths), ""))
