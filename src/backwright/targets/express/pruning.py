"""Takes out of the runtime's modules what one project has no use for: declarations, `export` words, imports."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from backwright.targets.express.text import LINE

__all__ = ["pruned"]

_DECLARATION = re.compile(
    r"^(?P<export>export )?(?:async )?(?:const|function|class|interface|type) (?P<name>\w+)", re.MULTILINE
)
_IMPORT = re.compile(
    r"import (?P<type>type )?(?:(?P<whole>\* as \w+|\w+)(?:, | ))?(?:\{(?P<names>[^}]*)\} )?from '(?P<from>[^']+)';"
)
_DYNAMIC = re.compile(r"const \{(?P<names>[^}]*)\} = await import\('(?P<from>[^']+)'\)")
_NAME = re.compile(r"(?:type )?(\w+)(?: as (\w+))?")
# Comments, and strings without anything put into them.
_SAID = re.compile(r"/\*.*?\*/|(?<!\S)//[^\n]*|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A statement at the left margin with the comment before it; `name` is empty unless it declares something."""

    text: str
    name: str
    exported: bool


def pruned(runtime: Mapping[str, str], written: Mapping[str, str]) -> dict[str, str]:
    """The runtime's modules as the `written` ones and the tests need them; other files stay as they are."""
    modules = {path: text for path, text in runtime.items() if _is_module(path)}
    tests = {path: text for path, text in runtime.items() if path.startswith("tests/")}
    while True:
        used = _used({**written, **tests, **modules})
        after = {path: _module(text, used.get(path, frozenset())) for path, text in modules.items()}
        if after == modules:
            return {**runtime, **modules}
        modules = after


def _is_module(path: str) -> bool:
    return path.endswith(".ts") and not path.startswith("tests/")


def _used(files: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By module, the names that other modules import."""
    found: dict[str, set[str]] = {}
    for path, text in files.items():
        for statement in (*_IMPORT.finditer(text), *_DYNAMIC.finditer(text)) if path.endswith(".ts") else ():
            if statement["from"].startswith("."):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), statement["from"]))
                names = {_NAME.match(name)[1] for name in _names(statement)}  # type: ignore[index]
                names |= {_EVERYTHING} if statement.groupdict().get("whole") else set()
                found.setdefault(re.sub(r"\.js$", ".ts", target), set()).update(names)
    return {path: frozenset(names) for path, names in found.items()}


def _names(statement: re.Match[str]) -> list[str]:
    return [name.strip() for name in (statement["names"] or "").split(",") if name.strip()]


def _module(text: str, used: frozenset[str]) -> str:
    chunks = list(_chunks(text))
    if _EVERYTHING in used:
        return text
    alive = [chunk for chunk in chunks if not chunk.name or (chunk.exported and chunk.name in used)]
    while reached := [chunk for chunk in chunks if chunk not in alive and _mentioned(chunk, alive)]:
        alive += reached
    kept = [chunk for chunk in chunks if chunk in alive]
    body = "".join(_text(chunk, used) for chunk in kept)
    return re.sub(r"\n{3,}", "\n\n", _imports(body)).lstrip("\n").rstrip("\n") + "\n"


def _chunks(text: str) -> Iterator[_Chunk]:
    lines: list[str] = []
    commented = False
    for line in text.splitlines(keepends=True):
        starts = re.match(r"[A-Za-z/]", line) is not None
        if starts and lines and not commented:
            yield _chunk("".join(lines))
            lines = []
        lines.append(line)
        commented = line.startswith("/") or (commented and not starts)
    yield _chunk("".join(lines))


def _chunk(text: str) -> _Chunk:
    found = _DECLARATION.search(text)
    return _Chunk(text, found["name"] if found else "", bool(found and found["export"]))


def _mentioned(chunk: _Chunk, alive: list[_Chunk]) -> bool:
    codes = (_code(other.text) for other in alive if not other.text.startswith("import "))
    return any(re.search(rf"\b{chunk.name}\b", code) for code in codes)


@lru_cache(maxsize=4096)
def _code(text: str) -> str:
    return _SAID.sub("", text)


def _text(chunk: _Chunk, used: frozenset[str]) -> str:
    """A declaration that is only used at home loses its `export`, unless it is a type that others see through it."""
    seen = chunk.name in used or not chunk.exported
    if seen or re.search(rf"^export (?:interface|type) {chunk.name}\b", chunk.text, re.MULTILINE):
        return chunk.text
    return re.sub(rf"^export (?=(?:async )?\w+ {chunk.name}\b)", "", chunk.text, flags=re.MULTILINE)


def _imports(body: str) -> str:
    rest = _IMPORT.sub("", body)

    def kept(statement: re.Match[str]) -> str:
        whole = (statement["whole"] or "").removeprefix("* as ")
        names = [name for name in _names(statement) if _mentions(rest, (_NAME.match(name) or [""])[0])]
        whole_kept = statement["whole"] if whole and re.search(rf"\b{whole}\b", rest) else None
        if whole_kept == statement["whole"] and names == _names(statement):
            return statement[0]
        if not names and not whole_kept:
            return ""
        return _statement(whole_kept, names, bool(statement["type"]), statement["from"])

    return re.sub(r"^\n(?=import )", "", _IMPORT.sub(kept, body), flags=re.MULTILINE)


def _mentions(text: str, name: str) -> bool:
    local = name.removeprefix("type ").split(" as ")[-1]
    return re.search(rf"\b{local}\b", text) is not None


def _statement(whole: str | None, names: list[str], is_type: bool, source: str) -> str:
    if not is_type and not whole and all(name.startswith("type ") for name in names):
        is_type, names = True, [name.removeprefix("type ") for name in names]
    inner = [whole] if whole else []
    inner += [f"{{ {', '.join(names)} }}"] if names else []
    line = f"import {'type ' if is_type else ''}{', '.join(inner)} from '{source}';"
    assert len(line) <= LINE
    return line
