"""The statuses that the project's own OpenAPI document promises."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

__all__ = ["documented_statuses", "read_parameters"]

_METHODS = ("get", "post", "put", "patch", "delete")


def documented_statuses(document: Path) -> dict[tuple[str, str], frozenset[str]]:
    """By method and path, the parameters' names left out."""
    paths = json.loads(document.read_text(encoding="utf-8"))["paths"]
    return {
        (method.upper(), re.sub(r"\{[^{}]*\}", "{}", path)): frozenset(item[method]["responses"])
        for path, item in paths.items()
        for method in _METHODS
        if method in item
    }


def read_parameters(document: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """By path, the query parameters of a read and the words that each may have."""
    paths = json.loads(document.read_text(encoding="utf-8"))["paths"]
    return {
        path: {
            each["name"]: _words(each.get("schema", {}))
            for each in item["get"].get("parameters", ())
            if each.get("in") == "query"
        }
        for path, item in paths.items()
        if "get" in item
    }


def _words(schema: dict[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, schema.get("enum") or schema.get("items", {}).get("enum", ())))
