"""Statements and members that stand on one line, laid out anew where they are too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backwright.targets.express.layout.documents import LINE as BLANK
from backwright.targets.express.layout.documents import SOFT, Document, Group, Indent, OnlyBroken, joined, printed
from backwright.targets.express.layout.rules import assigned, document
from backwright.targets.express.layout.syntax import Unreadable, expression
from backwright.targets.express.text import LINE, width

__all__ = ["wrapped"]

_FUNCTION = re.compile(r"(?P<head>(?:export )?(?:async )?function \w+)\((?P<parameters>.*)\)(?P<tail>: [^()]+ \{)$")
_CONSTANT = re.compile(r"(?P<head>(?:export )?const )(?P<left>\w+(?:: [\w[\]]+)?|[{[][^=]*[\]}]) = (?P<value>.*);$")
_STATEMENT = re.compile(r"(?P<head>(?:return )?)(?P<value>.*);$")
_SEVERAL = re.compile(r"\[[{[].*[}\]], [{[]")
_CROWDED = re.compile(r"/u\)(?:\.\w+\([^()]*\)){2}")


def wrapped(source: str) -> str:
    """The source with every line of code as long as the formatter allows, where it can be broken at all."""
    lines: list[str] = []
    within = False
    for line in source.split("\n"):
        comment = not within and line.lstrip().startswith(("//", "/*", "*"))
        fits = width(line) <= LINE and not (_SEVERAL.search(line) or _CROWDED.search(line))
        lines.extend([line] if comment or within or fits else _laid_out(line))
        within = within if comment else _ends_within(line, within=within)
    return "\n".join(lines)


def _laid_out(line: str) -> list[str]:
    margin = len(line) - len(line.lstrip())
    try:
        return printed(_document(line.strip()), margin, LINE)
    except Unreadable:
        return [line]


def _document(line: str) -> Document:
    function = _FUNCTION.fullmatch(line)
    if function:
        parameters = joined((",", BLANK), _split(function["parameters"]))
        return function["head"], Group(("(", Indent((SOFT, *parameters)), OnlyBroken(","), SOFT, ")")), function["tail"]
    constant = _CONSTANT.fullmatch(line)
    if constant:
        left = constant["left"]
        named: Document = f"{constant['head']}{left} ="
        if left[0] in "{[":
            named = (constant["head"], document(expression(left), pattern=True), " =")
        return assigned(named, expression(constant["value"])), ";"
    statement = _STATEMENT.fullmatch(line)
    if statement:
        return statement["head"], document(expression(statement["value"])), ";"
    if line.endswith(","):
        return document(expression(line[:-1])), ","
    raise Unreadable(line)


def _split(parameters: str) -> Iterator[str]:
    depth = start = 0
    for at, sign in enumerate(parameters):
        depth += (sign in "(<[{") - (sign in ")>]}")
        if sign == "," and not depth:
            yield parameters[start:at].strip()
            start = at + 1
    yield parameters[start:].strip()


def _ends_within(line: str, *, within: bool) -> bool:
    """Whether the end of a line stands inside a template literal."""
    quote = "`" if within else ""
    at = 0
    while at < len(line):
        sign = line[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        at += 1
    return quote == "`"
