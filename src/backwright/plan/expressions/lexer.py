"""Tokens of CEL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from backwright.plan.expressions.syntax import Mistake

__all__ = ["LARGEST_INTEGER", "Token", "tokens"]

LARGEST_INTEGER = 2**53 - 1
_MOST_DIGITS = 30

Kind = Literal["name", "number", "text", "symbol", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    start: int
    end: int
    value: int | Decimal | str = ""


_SPACE = re.compile(r"(?:[ \t\r\n\f]+|//[^\n]*)+")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+\.\d+|\.\d+|\d+)", re.ASCII)
_NUMBER_TAIL = re.compile(r"[eE][+-]?\d+|[A-Za-z_0-9]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEXT_OPEN = re.compile(r"([rRbB]{0,2})('''|\"\"\"|'|\")")
_SYMBOL = re.compile(r"&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}]")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"} | {c: c for c in "\\?\"'`"}
_CODED = re.compile(r"[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})")


def tokens(text: str) -> Iterator[Token]:
    """All tokens, an `end` last; raises Mistake at the first character that begins none."""
    at = 0
    while True:
        if space := _SPACE.match(text, at):
            at = space.end()
        if at >= len(text):
            yield Token("end", "", len(text), len(text))
            return
        token = _token(text, at)
        yield token
        at = token.end


def _token(text: str, at: int) -> Token:
    if opening := _TEXT_OPEN.match(text, at):
        return _text(text, at, opening.group(1).lower(), opening.group(2), opening.end())
    if name := _NAME.match(text, at):
        return Token("name", name.group(), at, name.end())
    if number := _NUMBER.match(text, at):
        return _number(text, at, number)
    if symbol := _SYMBOL.match(text, at):
        return Token("symbol", symbol.group(), at, symbol.end())
    raise Mistake("expression/syntax", f"{_shown(text[at])} has no meaning here", at, _HINTS.get(text[at], ""))


_HINTS = {
    "=": "Compare with `==`.",
    "&": "Both conditions: `&&`.",
    "|": "Either condition: `||`.",
    "“": "Use straight quotes.",
    "”": "Use straight quotes.",
    "‘": "Use straight quotes.",
    "’": "Use straight quotes.",
}


def _shown(character: str) -> str:
    return f"`{character}`" if character.isprintable() else f"The character U+{ord(character):04X}"


def _number(text: str, at: int, match: re.Match[str]) -> Token:
    digits = match.group()
    if tail := _NUMBER_TAIL.match(text, match.end()):
        whole = digits + tail.group()
        raise Mistake(
            "expression/number", f"`{whole}` is not a number of this language", at, "Write 1000, 0.5 or 0xFF."
        )
    if "." in digits:
        if len(digits) > _MOST_DIGITS:
            raise Mistake("expression/number", f"A number has at most {_MOST_DIGITS} characters", at, "Shorten it.")
        return Token("number", digits, at, match.end(), Decimal(digits))
    value = int(digits, 16) if digits[:2].lower() == "0x" else int(digits) if len(digits) <= _MOST_DIGITS else -1
    if not 0 <= value <= LARGEST_INTEGER:
        help_text = "Write it with a point, as an exact decimal, when it is meant to be that large."
        raise Mistake("expression/number", f"Whole numbers go up to {LARGEST_INTEGER}", at, help_text)
    return Token("number", digits, at, match.end(), value)


def _text(text: str, start: int, prefix: str, quote: str, at: int) -> Token:
    if "b" in prefix:
        raise Mistake("expression/not-supported", "Bytes are not part of this language", start, "Write a text: 'abc'.")
    if len(prefix) > 1:
        raise Mistake(
            "expression/syntax", f"`{prefix}` is not a prefix of a text", start, "Use r'…' for a text without escapes."
        )
    parts: list[str] = []
    while True:
        if text.startswith(quote, at):
            value = "".join(parts)
            _check_characters(value, start)
            return Token("text", text[start : at + len(quote)], start, at + len(quote), value)
        if at >= len(text) or (len(quote) == 1 and text[at] in "\r\n"):
            raise Mistake("expression/syntax", "The text is not closed", start, f"Close it with {quote}")
        if text[at] == "\\" and prefix != "r":
            character, at = _escape(text, at)
            parts.append(character)
        else:
            parts.append(text[at])
            at += 1


def _escape(text: str, at: int) -> tuple[str, int]:
    following = text[at + 1 : at + 2]
    if following in _SIMPLE and following:
        return _SIMPLE[following], at + 2
    coded = _CODED.match(text, at + 1)
    if coded is None:
        raise Mistake("expression/text", f"`\\{following}` is not an escape", at, "For a backslash write `\\\\`.")
    octal = coded.group(4)
    code = int(octal, 8) if octal else int(next(group for group in coded.groups() if group), 16)
    if code > 0x10FFFF:
        raise Mistake("expression/text", f"U+{code:X} is not a character", at, "Code points end at U+10FFFF.")
    return chr(code), coded.end()


def _check_characters(value: str, start: int) -> None:
    if "\0" in value:
        raise Mistake(
            "expression/text", "A text cannot hold the character NUL", start, "No database text holds it; leave it out."
        )
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise Mistake(
            "expression/text",
            "Half of a surrogate pair is not a character",
            start,
            "Write the code point: `\\U0001F600`.",
        )
