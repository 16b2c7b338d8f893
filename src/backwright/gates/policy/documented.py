"""The statuses that the project's own OpenAPI document promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["documented_statuses", "list_parameters"]

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


def list_parameters(document: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """By path, the query parameters of a list and the words that each may have."""
    paths = json.loads(document.read_text(encoding="utf-8"))["paths"]
    return {
        path: {
            each["name"]: tuple(map(str, each.get("schema", {}).get("enum", ())))
            for each in item["get"].get("parameters", ())
            if each.get("in") == "query"
        }
        for path, item in paths.items()
        if "get" in item
    }
