"""J10: secrets are compared in constant time (ASVS 5.0, 11.2.4): no `==` between what was shown and what is wanted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["hasty_comparisons"]

_SECRET = re.compile(r"(?i)(?:signature|digest|hmac|mac|hash|hashed|proof|secret|password|token)$")
_WORD = r"[\w$]+(?:\([^()]*\))?"
_OPERAND = rf"(?<![\w$]){_WORD}(?:\??\.{_WORD})*"
_IN_TYPESCRIPT = re.compile(rf"({_OPERAND})\s*[!=]==?\s*({_OPERAND}|['\"`])")
_CONSTANT = re.compile(r"['\"`\d]|(?:undefined|null|true|false)\b")


def hasty_comparisons(path: Path) -> Iterator[str]:
    """Where a file compares something that is called a secret with another value by an operator that stops early."""
    if path.suffix == ".py":
        yield from _in_python(path.read_text(encoding="utf-8"))
    elif path.suffix in (".ts", ".js", ".mjs"):
        yield from _in_typescript(path.read_text(encoding="utf-8"))


def _in_typescript(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        for found in _IN_TYPESCRIPT.finditer(line):
            names = [re.sub(r"\(.*?\)", "", operand).rpartition(".")[2] for operand in found.groups()]
            if any(map(_SECRET.search, names)) and not any(map(_CONSTANT.match, found.groups())):
                yield f"line {number}: {found[0]}"


def _in_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            operands = [node.left, *node.comparators]
            is_secret = any(_SECRET.search(_name(each)) for each in operands)
            if is_secret and not any(isinstance(each, ast.Constant) for each in operands):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _name(function)
    return ""
