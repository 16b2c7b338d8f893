"""The one-line notation of types, written out as the canonical mapping: `string(1..80) unique` is
`{type: string, min: 1, max: 80, unique: true}`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from types import MappingProxyType

from backwright.blueprint.document import Entry, Mapping, Node, Scalar, Sequence
from backwright.blueprint.suggestion import nearest
from backwright.blueprint.text import Text
from backwright.diagnostics import Diagnostic, Origin

__all__ = ["FLAGS", "SCALAR_TYPES", "expand_part", "expand_type"]

SCALAR_TYPES = (
    *("string", "text", "email", "url", "slug", "phone", "int", "bigint", "decimal", "money"),
    *("bool", "date", "datetime", "uuid", "enum", "json"),
)
FLAGS = ("optional", "unique", "immutable", "searchable", "personal", "secret")
_WORDS = (*FLAGS, "default", "pattern", "on")
_BOUNDS: MappingOf[str, str] = MappingProxyType({">": "above", ">=": "min", "<": "below", "<=": "max"})
_TOKEN = re.compile(
    r"""[ \t\n]*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<range>\.\.)|(?P<bound>>=|<=|>|<)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?(?![\w-]))|(?P<mark>[()\[\],])|(?P<word>[^\s()\[\],<>"'.]+)|(?P<other>\S))"""
)
_RAW = re.compile(r"""[ \t\n]*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S+)""")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Unreadable(Exception):
    """The notation cannot be read further; the diagnostic is in the list."""


def expand_type(text: Text, found: list[Diagnostic]) -> Mapping | None:
    """The canonical mapping of a field's or an input's one-line notation."""
    expander = _Expander(text, found)
    try:
        entries = expander.type_and_constraints()
    except _Unreadable:
        return None
    return Mapping(tuple(entries), text.origin)


def expand_part(text: Text, found: list[Diagnostic]) -> Mapping | None:
    """The canonical mapping of `Name[1..100]`."""
    expander = _Expander(text, found)
    try:
        entity = expander.take("word", "the name of an entity")
        entries = [expander.entry("entity", entity)]
        if expander.peek().text == "[":
            entries.extend(expander.range("[", "]"))
        expander.finish("Write 'Name' or 'Name[1..100]'.")
    except _Unreadable:
        return None
    return Mapping(tuple(entries), text.origin)


class _Expander:
    def __init__(self, text: Text, found: list[Diagnostic]) -> None:
        self.text = text
        self.found = found
        self.position = 0

    def peek(self) -> _Token:
        match = _TOKEN.match(self.text.value, self.position)
        if match is None or match.lastgroup is None:
            end = len(self.text.value)
            return _Token("end", "", end, end)
        return _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup), match.end())

    def next(self) -> _Token:
        token = self.peek()
        self.position = token.end
        return token

    def fail(self, code: str, message: str, at: int, advice: str) -> _Unreadable:
        self.found.append(Diagnostic(code, message, self.text.at(at), advice))
        return _Unreadable()

    def take(self, kind: str, wanted: str, spelled: str = "") -> _Token:
        token = self.next()
        if token.kind != kind or (spelled and token.text != spelled):
            got = f"'{token.text}'" if token.text else "the end"
            raise self.fail("type/notation", f"expected {wanted}, found {got}", token.start, _FORM)
        return token

    def finish(self, advice: str) -> None:
        token = self.peek()
        if token.kind != "end":
            raise self.fail("type/notation", f"'{token.text}' is not expected here", token.start, advice)

    def entry(self, key: str, token: _Token, at: _Token | None = None) -> Entry:
        where = at or token
        value = Scalar(self.text.part(token.start, token.end))
        return Entry(Text(value=key, origin=self.text.at(where.start)), value)

    def true(self, token: _Token) -> Entry:
        origin = self.text.at(token.start)
        return Entry(Text(value=token.text, origin=origin), Scalar(Text(value="true", origin=origin)))

    def type_and_constraints(self) -> list[Entry]:
        entries = self.type()
        while self.peek().kind != "end":
            self.constraint(entries)
        return entries

    def type(self) -> list[Entry]:
        word = self.take("word", "a type")
        following = self.peek()
        if word.text == "list" and following.text == "(":
            return self.list_of(word)
        if word.text[:1].isupper():
            return [self.word("type", "reference", word), self.entry("entity", word)]
        entries = [self.entry("type", word)]
        if following.text == "(":
            if word.text == "enum":
                entries.append(self.values())
            elif word.text == "decimal":
                entries.extend(self.digits())
            else:
                entries.extend(self.range("(", ")"))
        return entries

    def word(self, key: str, value: str, token: _Token) -> Entry:
        origin = self.text.at(token.start)
        return Entry(Text(value=key, origin=origin), Scalar(Text(value=value, origin=origin)))

    def list_of(self, word: _Token) -> list[Entry]:
        self.next()
        start = self.peek().start
        inner = self.type()
        while self.peek().text not in (")", ""):
            self.constraint(inner)
        self.take("mark", "')'", ")")
        origin = self.text.at(start)
        of = Entry(Text(value="of", origin=origin), Mapping(tuple(inner), origin))
        return [self.entry("type", word), of]

    def values(self) -> Entry:
        opening = self.next()
        items: list[Node] = []
        while True:
            token = self.next()
            if token.kind not in ("word", "number", "string"):
                got = f"'{token.text}'" if token.text else "the end"
                raise self.fail(
                    "type/notation", f"expected a value, found {got}", token.start, "Write 'enum(a, b, c)'."
                )
            trim = 1 if token.kind == "string" else 0
            items.append(Scalar(self.text.part(token.start + trim, token.end - trim)))
            token = self.next()
            if token.text == ")":
                break
            if token.text != ",":
                raise self.fail("type/notation", "expected ',' or ')'", token.start, "Write 'enum(a, b, c)'.")
        origin = self.text.at(opening.start)
        return Entry(Text(value="values", origin=origin), Sequence(tuple(items), origin))

    def digits(self) -> list[Entry]:
        opening = self.next()
        precision = self.take("number", "the number of digits")
        self.take("mark", "','", ",")
        scale = self.take("number", "the number of decimals")
        self.take("mark", "')'", ")")
        return [self.entry("precision", precision, opening), self.entry("scale", scale)]

    def range(self, opening: str, closing: str) -> list[Entry]:
        self.take("mark", f"'{opening}'", opening)
        low = self.take("number", "a number")
        self.take("range", "'..'")
        high = self.take("number", "a number")
        self.take("mark", f"'{closing}'", closing)
        return [self.entry("min", low), self.entry("max", high)]

    def constraint(self, entries: list[Entry]) -> None:
        token = self.next()
        if token.kind == "bound":
            bound = self.take("number", "a number")
            self.add(entries, self.entry(_BOUNDS[token.text], bound, token), token)
        elif token.kind != "word":
            raise self.fail("type/notation", f"'{token.text}' is not expected here", token.start, _FORM)
        elif token.text in FLAGS:
            self.add(entries, self.true(token), token)
        elif token.text == "default":
            self.add(entries, self.default(token), token)
        elif token.text == "pattern":
            string = self.take("string", "a pattern in quotes")
            value = Scalar(self.text.part(string.start + 1, string.end - 1), plain=False)
            self.add(entries, Entry(Text(value="pattern", origin=self.text.at(token.start)), value), token)
        elif token.text == "on":
            self.take("word", "'delete'", "delete")
            self.add(entries, self.entry("on_delete", self.take("word", "restrict, cascade or clear"), token), token)
        else:
            self.unknown(token)

    def default(self, token: _Token) -> Entry:
        match = _RAW.match(self.text.value, self.position)
        if match is None:
            raise self.fail("type/notation", "'default' needs a value", token.start, "Write 'default 0'.")
        self.position = match.end()
        start, end = match.start(1), match.end(1)
        quoted = match[1][0] in "'\"" and len(match[1]) > 1
        trim = 1 if quoted else 0
        value = Scalar(self.text.part(start + trim, end - trim), plain=not quoted)
        return Entry(Text(value="default", origin=self.text.at(token.start)), value)

    def unknown(self, token: _Token) -> None:
        if token.text == "by":
            self.next()
            reason = "references by a natural key ('by …') are not compiled by this version"
            self.found.append(Diagnostic("language/not-yet", reason, self.text.at(token.start), "Refer by id."))
            return
        reason = f"'{token.text}' is not a constraint"
        advice = (
            nearest(token.text, _WORDS)
            or f"Constraints are {', '.join(FLAGS)}, default, pattern, on delete and bounds."
        )
        self.found.append(Diagnostic("type/unknown-constraint", reason, self.text.at(token.start), advice))

    def add(self, entries: list[Entry], entry: Entry, token: _Token) -> None:
        if any(entry.key.value == known.key.value for known in entries):
            reason = f"'{token.text}' says again what this line has said already"
            origin: Origin = self.text.at(token.start)
            self.found.append(Diagnostic("type/duplicate-constraint", reason, origin, "Keep one of them."))
            return
        entries.append(entry)


_FORM = "Write a type and its constraints, such as 'string(1..80) unique'."
