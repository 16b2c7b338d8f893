"""Values of one-line mappings that YAML cuts at a comma or bracket, put into quotes as the author meant them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Requoted", "requoted"]

_KEY = re.compile(r"\s*[^\s:,{}\[\]'\"#&*!|>%@`]+:(?=[\s}\],]|$)")
_CUTTING = frozenset(",[]{}")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Requoted:
    """The line with quotes, the columns of what was inserted in it, and where the quoted values begin and end."""

    text: str
    inserted: tuple[int, ...]
    values: tuple[tuple[int, int], ...]


def requoted(text: str, start: int) -> Requoted | None:
    """The line whose one-line collection begins at `start`; None where its end or its entries cannot be made out."""
    flow = _Flow(text, start)
    try:
        flow.value("")
    except _Lost:
        return None
    rest = text[flow.at :].strip()
    if not flow.values or (rest and not rest.startswith("#")):
        return None
    return _written(text, flow.values)


def _written(text: str, values: list[tuple[int, int]]) -> Requoted:
    written, inserted, at = "", [], 0
    for start, end in values:
        written += text[at:start]
        inserted.append(len(written))
        written += "'"
        for character in text[start:end]:
            written += character
            if character == "'":
                inserted.append(len(written))
                written += "'"
        inserted.append(len(written))
        written += "'"
        at = end
    return Requoted(written + text[at:], tuple(inserted), tuple(values))


class _Lost(Exception):
    pass


@dataclass(slots=True)
class _Flow:
    text: str
    at: int
    values: list[tuple[int, int]] = field(default_factory=list)

    def value(self, closing: str) -> None:
        """One value inside a collection that ends with `closing`."""
        match self._peek():
            case "{":
                self._collection("}")
            case "[":
                self._collection("]")
            case _:
                self._plain(closing)

    def _collection(self, closing: str) -> None:
        self.at += 1
        while self._peek() != closing:
            if closing == "}":
                key = _KEY.match(self.text, self.at)
                if key is None:
                    raise _Lost
                self.at = key.end()
            self.value(closing)
            if self._peek() == ",":
                self.at += 1
            elif self._peek() != closing:
                raise _Lost
        self.at += 1

    def _peek(self) -> str:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _plain(self, closing: str) -> None:
        start, depth = self.at, 0
        while True:
            character = self.text[self.at : self.at + 1]
            if not character or (character == "#" and self.text[self.at - 1] == " "):
                raise _Lost
            if depth == 0 and (character == closing or (character == "," and self._next_entry(closing))):
                break
            depth += (character in _OPENING) - (character in _CLOSING)
            if character in "'\"":
                end = self.text.find(character, self.at + 1)
                if end < 0:
                    raise _Lost
                self.at = end
            self.at += 1
        value = self.text[start : self.at].rstrip()
        if not value.startswith(("'", '"')) and _CUTTING & set(value):
            self.values.append((start, start + len(value)))

    def _next_entry(self, closing: str) -> bool:
        return closing == "]" or _KEY.match(self.text, self.at + 1) is not None
