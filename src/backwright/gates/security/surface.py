"""What the project's OpenAPI document says that there is to attack."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

__all__ = ["Operation", "Surface", "surface_of"]

_METHODS = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented method of a path."""

    method: str
    template: str
    content: Schema = field(hash=False)

    @property
    def statuses(self) -> frozenset[int]:
        """The documented ones."""
        return frozenset(int(each) for each in self.content["responses"] if each.isdigit())

    @property
    def public(self) -> bool:
        """Whether it may be called without an account."""
        security = self.content.get("security")
        return not security or {} in security

    @property
    def body(self) -> Schema | None:
        """The schema of its JSON body."""
        content = self.content.get("requestBody", {}).get("content", {})
        schema: Schema | None = content.get("application/json", {}).get("schema")
        return schema

    @property
    def query(self) -> dict[str, Schema]:
        """The schemas of its query parameters."""
        found = self.content.get("parameters", ())
        return {each["name"]: each.get("schema", {}) for each in found if each.get("in") == "query"}


@dataclass(slots=True)
class Surface:
    """The document; `base` is the path that stands before every path."""

    content: dict[str, Any]
    base: str
    _validators: dict[tuple[str, str, int], Draft202012Validator | None] = field(default_factory=dict)

    @property
    def operations(self) -> Iterator[Operation]:
        """All of them."""
        for template, item in self.content["paths"].items():
            for method in _METHODS:
                if method in item:
                    yield Operation(method.upper(), template, item[method])

    def operation(self, method: str, template: str) -> Operation | None:
        """The documented operation, if there is one."""
        item = self.content["paths"].get(template, {})
        found = item.get(method.lower()) if method.lower() in _METHODS else None
        return None if found is None else Operation(method, template, found)

    def malformed(self, method: str, template: str, status: int, body: object) -> str:
        """How a JSON body differs from the documented one of this status; nothing where it does not."""
        key = (method, template, status)
        if key not in self._validators:
            self._validators[key] = self._validator(*key)
        validator = self._validators[key]
        if validator is None:
            return "" if body is None else "a body that is not documented"
        error = next(iter(validator.iter_errors(body)), None)
        return "" if error is None else f"at '{error.json_path}': {error.message[:200]}"

    def _validator(self, method: str, template: str, status: int) -> Draft202012Validator | None:
        response = self.content["paths"][template][method.lower()]["responses"][str(status)]
        if "$ref" in response:
            response = self._resolved(response["$ref"])
        schemas = [each["schema"] for each in response.get("content", {}).values() if "schema" in each]
        return Draft202012Validator({**self.content, "allOf": schemas}) if schemas else None

    def _resolved(self, pointer: str) -> Schema:
        found: Any = self.content
        for step in pointer.removeprefix("#/").split("/"):
            found = found[step]
        return dict(found)


def surface_of(document: Path) -> Surface:
    """Reads the document; the contract gate says what is wrong with it."""
    content = json.loads(document.read_text(encoding="utf-8"))
    servers = content.get("servers") or [{"url": ""}]
    return Surface(content, urlsplit(servers[0]["url"]).path.rstrip("/"))
