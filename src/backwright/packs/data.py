"""Reads the YAML files of this folder, which keep to collections of strings: ten times as fast as a full parser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["Data", "load", "read", "section", "words"]

Data = str | list["Data"] | dict[str, "Data"]

_FOLDER = Path(__file__).parent
_OPENING = {"[": "]", "{": "}"}


@cache
def load(name: str) -> dict[str, Data]:
    """The mapping in `name`.yaml of this folder."""
    loaded = read((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise TypeError(f"{name}.yaml is not a mapping")
    return loaded


def section(data: Data | None) -> dict[str, Data]:
    """A mapping, or the empty one where nothing stands."""
    return data if isinstance(data, dict) else {}


def words(data: Data | None) -> tuple[str, ...]:
    """The strings of a list; one string is a list of one."""
    if isinstance(data, list):
        return tuple(item for item in data if isinstance(item, str))
    return (data,) if isinstance(data, str) and data else ()


def read(text: str) -> Data:
    """Every scalar is a string; comments stand on lines of their own."""
    lines: list[tuple[int, str]] = []
    depth = 0
    for raw in text.splitlines():
        stripped = raw.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if depth:
            indent, before = lines[-1]
            lines[-1] = (indent, f"{before} {stripped}")
        else:
            lines.append((len(raw) - len(raw.lstrip()), stripped))
        depth = _depth(lines[-1][1])
    return _block(lines, 0, lines[0][0] if lines else 0)[0]


def _depth(line: str) -> int:
    """Open brackets of a flow collection that goes on in the next line."""
    entry = _split(line)
    value = entry[1] if entry is not None else line.removeprefix("- ")
    if value[:1] not in _OPENING:
        return 0
    depth, quote = 0, ""
    for letter in value:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
    return depth


def _split(line: str) -> tuple[str, str] | None:
    """Key and value of `key: value`; None where the line is no entry."""
    if line[:1] in "'\"":
        end = line.find(line[0], 1)
        if end > 0 and line[end + 1 : end + 2] == ":":
            return line[1:end], line[end + 2 :].strip()
        return None
    at = line.find(": ")
    if at < 0:
        return (line[:-1], "") if line.endswith(":") else None
    return line[:at], line[at + 2 :].strip()


def _block(lines: list[tuple[int, str]], at: int, indent: int) -> tuple[Data, int]:
    if at >= len(lines):
        return "", at
    return _sequence(lines, at, indent) if lines[at][1].startswith("- ") else _mapping(lines, at, indent)


def _sequence(lines: list[tuple[int, str]], at: int, indent: int) -> tuple[Data, int]:
    items: list[Data] = []
    while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- "):
        content = lines[at][1][2:].strip()
        if content[0] not in _OPENING and _split(content) is not None:
            lines[at] = (indent + 2, content)
            item, at = _mapping(lines, at, indent + 2)
        else:
            item, at = _scalar(content), at + 1
        items.append(item)
    return items, at


def _mapping(lines: list[tuple[int, str]], at: int, indent: int) -> tuple[Data, int]:
    result: dict[str, Data] = {}
    while at < len(lines) and lines[at][0] == indent:
        entry = _split(lines[at][1])
        if entry is None:
            raise ValueError(f"no entry: {lines[at][1]}")
        key, value = entry
        if key in result:
            raise ValueError(f"twice: {key}")
        at += 1
        if value:
            result[key] = _scalar(value)
        elif at < len(lines) and lines[at][0] > indent:
            result[key], at = _block(lines, at, lines[at][0])
        else:
            result[key] = ""
    return result, at


def _scalar(text: str) -> Data:
    if text[:1] in _OPENING:
        return _flow(text, 0)[0]
    if text[:1] in "'\"":
        return text[1:-1].replace("''", "'")
    return text


def _flow(text: str, at: int) -> tuple[Data, int]:
    closing = _OPENING[text[at]]
    items: list[Data] = []
    entries: dict[str, Data] = {}
    key: str | None = None
    at += 1
    while True:
        while text[at] in " ,":
            at += 1
        if text[at] == closing:
            return (entries if closing == "}" else items), at + 1
        value, at = _flow(text, at) if text[at] in _OPENING else _word(text, at)
        if closing == "}" and key is None:
            key, at = str(value), at + 1
        elif closing == "}":
            entries[str(key)], key = value, None
        else:
            items.append(value)


def _word(text: str, at: int) -> tuple[str, int]:
    if text[at] in "'\"":
        end = text.index(text[at], at + 1)
        return text[at + 1 : end], end + 1
    end = at
    while text[end] not in ",]}" and not (text[end] == ":" and text[end + 1] == " "):
        end += 1
    return text[at:end].strip(), end
