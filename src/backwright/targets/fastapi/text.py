"""Python text: literals and imports; the formatter breaks the lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

__all__ = ["formatted", "imports", "literal", "string"]

_LINE = 90


def string(text: str) -> str:
    """A string literal; several lines, or one with many quotes, in triple quotes."""
    if "\n" not in text and len(text) < _LINE:
        plain = '"' in text and "'" not in text and "\\" not in text
        return f"'{text}'" if plain else json.dumps(text, ensure_ascii=False)
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{escaped[:-1]}\\""""' if escaped.endswith('"') else f'"""{escaped}"""'


def formatted(text: str) -> str:
    """An f-string of one line that holds quotes of one kind at most."""
    quote = "'" if '"' in text else '"'
    return f"f{quote}{text}{quote}"


def literal(value: object) -> str:
    """A constant as Python writes it, strings in double quotes."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            items = ", ".join(literal(each) for each in value)
            return f"({items},)" if len(value) == 1 else f"({items})"
        case _:
            return repr(value)


def imports(modules: Mapping[str, Iterable[str]]) -> str:
    """`from` imports; what a file does not use is taken out when it is formatted."""
    return "".join(f"from {module} import {', '.join(sorted(names))}\n" for module, names in modules.items() if names)
