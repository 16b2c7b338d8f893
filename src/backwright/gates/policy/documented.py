"""The statuses that the project's own OpenAPI document promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["documented_statuses", "list_filters"]

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


def list_filters(document: Path, path: str) -> tuple[str, ...]:
    """The query parameters of a list."""
    operation = json.loads(document.read_text(encoding="utf-8"))["paths"].get(path, {}).get("get", {})
    return tuple(each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query")
