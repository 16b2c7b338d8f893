"""TypeScript text: literals, and lines broken the way the formatter breaks them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

__all__ = ["LINE", "call", "import_line", "natural", "string", "template", "width"]

LINE = 140


def width(text: str) -> int:
    """How many columns the formatter counts: two for wide characters."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def string(text: str) -> str:
    """A string literal; double quotes where they save escapes."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    if "'" in escaped and '"' not in escaped:
        return f'"{escaped}"'
    return "'" + escaped.replace("'", "\\'") + "'"


def template(text: str) -> str:
    """A template literal, or a plain string where one line is enough."""
    if "\n" not in text and len(text) < LINE - 30:
        return string(text)
    escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"`{escaped}`"


def natural(name: str) -> list[tuple[str, str, int]]:
    """The order of names in which numbers count as numbers, and capitals stand right before their small letters."""
    signs = re.findall(r"\d+|\D", name)
    return [("0", "", int(sign)) if sign.isdigit() else (sign.lower(), sign, 0) for sign in signs]


def import_line(names: Sequence[str], path: str, *, types: bool = False) -> str:
    """An import, one name a line where it would be too long."""
    word = "import type" if types else "import"
    line = f"{word} {{ {', '.join(names)} }} from '{path}';"
    if len(line) <= LINE or len(names) == 1:
        return line
    return f"{word} {{\n" + "".join(f"  {name},\n" for name in names) + f"}} from '{path}';"


def call(function: str, arguments: list[str], *, prefix: str = "", suffix: str = ";", depth: int = 0) -> str:
    """A call on one line, or one argument a line."""
    line = f"{prefix}{function}({', '.join(arguments)}){suffix}"
    margin = "  " * depth
    if len(margin + line) <= LINE and "\n" not in line:
        return line
    inner = "".join(f"{margin}  {argument},\n" for argument in arguments)
    return f"{prefix}{function}(\n{inner}{margin}){suffix}"
