"""The part of TypeScript's expressions that generated code consists of, as trees."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "Arrow",
    "Atom",
    "Call",
    "Chain",
    "Listed",
    "Member",
    "Node",
    "Operators",
    "Parenthesised",
    "Prefixed",
    "Property",
    "Record",
    "Unreadable",
    "expression",
]

_TOKEN = re.compile(
    r"\s*(?P<token>[A-Za-z_$][\w$]*|\d[\w.]*|=>|\.\.\.|\?\.|===|!==|==|!=|<=|>=|&&|\|\||\?\?|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
    r"|/(?! )(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/u|[-+*/%<>!?:.,()[\]{}])"
)
_OPERATORS = frozenset("=== !== == != <= >= && || ?? < > + - * % ? :".split())
_PREFIXES = frozenset(("await", "new", "typeof", "!", "-", "..."))


class Unreadable(Exception):
    """Something that generated code has elsewhere."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A name, a number, a text or a pattern."""

    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in brackets."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """`key: value`."""

    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class Record:
    """An object or a pattern."""

    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """`.name`, `?.name`, or `[index]`."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """Arguments in parentheses."""

    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """An expression with members and calls behind it."""

    head: Node
    links: tuple[Member | Call, ...]


@dataclass(frozen=True, slots=True)
class Prefixed:
    """A word or sign before an expression."""

    prefix: str
    of: Node


@dataclass(frozen=True, slots=True)
class Parenthesised:
    """An expression in parentheses."""

    of: Node


@dataclass(frozen=True, slots=True)
class Arrow:
    """A function with an expression as its body; its head is text."""

    head: str
    body: Node


@dataclass(frozen=True, slots=True)
class Operators:
    """Operands with the operators between them."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


Node = Atom | Listed | Property | Record | Chain | Prefixed | Parenthesised | Arrow | Operators


def expression(source: str) -> Node:
    """The tree of an expression, a member of an object, or a pattern."""
    reader = _Reader(_tokens(source))
    found = reader.member()
    if reader.rest():
        raise Unreadable(source)
    return found


def _tokens(source: str) -> list[str]:
    found = []
    at = 0
    while source[at:].strip():
        start = at + len(source[at:]) - len(source[at:].lstrip())
        if source[start] == "`":
            end = _template_end(source, start)
        else:
            match = _TOKEN.match(source, at)
            if match is None:
                raise Unreadable(source)
            end = match.end()
        found.append(source[start:end])
        at = end
    return found


def _template_end(source: str, start: int) -> int:
    """Behind the closing quote; braces of expressions are counted, their own quotes are passed over."""
    at, depth = start + 1, 0
    while at < len(source):
        if source[at] == "\\":
            at += 1
        elif depth and source[at] in "'\"":
            at = source.index(source[at], at + 1)
        elif source.startswith("${", at):
            depth += 1
        elif depth and source[at] == "}":
            depth -= 1
        elif not depth and source[at] == "`":
            return at + 1
        at += 1
    raise Unreadable(source)


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def rest(self) -> list[str]:
        return self._tokens[self._at :]

    def _peek(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise Unreadable(token)
        self._at += 1
        return token

    def member(self) -> Node:
        if self._peek(1) == ":" and re.match(r"[\w$'\"]", self._peek()):
            key = self._take()
            self._take(":")
            return Property(key, self._whole())
        return self._whole()

    def _whole(self) -> Node:
        first = self._operand()
        rest = []
        while self._peek() in _OPERATORS:
            rest.append((self._take(), self._operand()))
        return Operators(first, tuple(rest)) if rest else first

    def _operand(self) -> Node:
        if self._peek() in _PREFIXES:
            prefix = self._take()
            return Prefixed(f"{prefix} " if prefix.isalpha() else prefix, self._operand())
        head = self._primary()
        links: list[Member | Call] = []
        while self._peek() in (".", "?.", "(", "["):
            sign = self._take()
            if sign == "(":
                links.append(Call(self._until(")")))
            elif sign == "[":
                links.append(Member(f"[{self._take()}]"))
                self._take("]")
            else:
                links.append(Member(sign + self._take()))
        return Chain(head, tuple(links)) if links else head

    def _primary(self) -> Node:
        if self._peek() == "(":
            return self._arrow() if self._is_arrow() else self._parenthesised()
        first = self._take()
        match first[0]:
            case "[":
                return Listed(self._until("]"))
            case "{":
                return Record(self._until("}"))
            case sign if sign.isalnum() or sign in "_$'\"`" or len(first) > 1:
                return Atom(first)
        raise Unreadable(first)

    def _until(self, end: str) -> tuple[Node, ...]:
        found = []
        while self._peek() != end:
            found.append(self.member())
            if self._peek() != end:
                self._take(",")
        self._take(end)
        return tuple(found)

    def _parenthesised(self) -> Node:
        self._take("(")
        inner = self._whole()
        self._take(")")
        return Parenthesised(inner)

    def _is_arrow(self) -> bool:
        return self._tokens[self._closing() + 1 : self._closing() + 2] == ["=>"]

    def _closing(self) -> int:
        depth = 0
        for place in range(self._at, len(self._tokens)):
            depth += (self._tokens[place] in ("(", "[", "{")) - (self._tokens[place] in (")", "]", "}"))
            if not depth:
                return place
        raise Unreadable("(")

    def _arrow(self) -> Node:
        end = self._closing()
        words = self._tokens[self._at + 1 : end]
        self._at = end + 1
        self._take("=>")
        if self._peek() == "{":
            raise Unreadable("{")
        inner = "".join(f"{word} " if word == "," else word for word in words)
        head = f"({inner})".replace("({", "({ ").replace("})", " })").replace("([", "([")
        return Arrow(head, self._whole())
