"""Bodies in which one text lacks the form that the document gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemathesis.core.jsonschema.types import JsonValue

from backwright.gates.contract.document import Document

__all__ = ["malformed"]

_FORMLESS = "?"
_FORMATS = frozenset(("date", "date-time", "email", "uri", "uuid"))


def malformed(
    document: Document, path: str, method: str, body: dict[str, JsonValue]
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """The members that must have a form, each with the body in which it alone has none; lists in their first item."""
    content = document.paths[path][method.lower()].get("requestBody", {}).get("content", {})
    schema = next(iter(content.values()))["schema"] if content else {}
    yield from _members(document, schema, body)


def _members(
    document: Document, schema: Mapping[str, Any], body: dict[str, JsonValue]
) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    for name, member in _resolved(document, schema).get("properties", {}).items():
        own, value = _resolved(document, member), body.get(name)
        if _has_form(own):
            yield name, {**body, name: _FORMLESS}
        elif isinstance(value, dict):
            yield from ((f"{name}.{inner}", {**body, name: each}) for inner, each in _members(document, own, value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for inner, each in _members(document, own.get("items", {}), value[0]):
                yield f"{name}.0.{inner}", {**body, name: [each, *value[1:]]}


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        found: Any = document.content
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _has_form(schema: Mapping[str, Any]) -> bool:
    pattern = schema.get("pattern")
    return schema.get("format") in _FORMATS or (pattern is not None and re.search(pattern, _FORMLESS) is None)
