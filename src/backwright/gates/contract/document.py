"""The OpenAPI document of a project: where it is, and whether it is one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openapi_spec_validator import OpenAPIV31SpecValidator

from backwright.diagnostics.model import Origin
from backwright.gates.findings import Findings
from backwright.gates.system import System

__all__ = ["METHODS", "Document", "lint", "load"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed document; `base` is the path that its servers put before every path."""

    path: str
    content: dict[str, Any]
    base: str

    @property
    def paths(self) -> dict[str, dict[str, Any]]:
        """Path by path, the operations by method."""
        return dict(self.content["paths"])

    def methods(self, path: str) -> set[str]:
        """The documented methods of a path."""
        return {method.upper() for method in self.paths[path] if method.upper() in METHODS}

    def reachable(self, path: str) -> set[str]:
        """Those of a path and of every template that fits it, as `/things/{id}` fits `/things/merge`."""
        fitting = [
            template
            for template in self.paths
            if re.fullmatch(re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(template)), path)
        ]
        return {method for template in (path, *fitting) for method in self.methods(template)}


def load(system: System, findings: Findings) -> Document | None:
    """None where the document cannot be read, which is reported."""
    path = str(system.contract.get("openapi") or "")
    try:
        content = json.loads(Path(system.folder, path).read_text(encoding="utf-8"))
        servers = content.get("servers") or [{"url": ""}]
        return Document(path, content, urlsplit(servers[0]["url"]).path.rstrip("/"))
    except (OSError, ValueError, AttributeError, LookupError, TypeError) as error:
        findings.fail("gate/contract-document", f"{path or 'openapi'} cannot be read: {error}", Origin(file=path))
        return None


def lint(document: Document, findings: Findings) -> bool:
    """Whether the document is valid OpenAPI 3.1; what a careful reader misses is reported as well."""
    errors = sorted(
        OpenAPIV31SpecValidator(document.content).iter_errors(), key=lambda error: list(map(str, error.path))
    )
    for error in errors:
        where = "/".join(str(step) for step in error.absolute_path)
        message = f"{document.path} at '{where}': {error.message[:300]}"
        findings.fail("gate/contract-document", message, Origin(file=document.path))
    if errors:
        return False
    seen: dict[str, str] = {}
    for path in document.paths:
        for method in sorted(document.methods(path)):
            _careful(document, path, method, seen, findings)
    return True


def _careful(document: Document, path: str, method: str, seen: dict[str, str], findings: Findings) -> None:
    operation = document.paths[path][method.lower()]
    label = f"{method} {path}"
    name = operation.get("operationId", "")
    problems = []
    if not name:
        problems.append("has no operationId")
    elif name in seen:
        problems.append(f"has the operationId of {seen[name]}")
    seen.setdefault(name, label)
    if not operation.get("summary"):
        problems.append("has no summary")
    statuses = operation.get("responses", {})
    if not any(status.startswith("2") for status in statuses):
        problems.append("documents no success")
    if not any(status.startswith("4") for status in statuses):
        problems.append("documents no refusal")
    schemes = document.content.get("components", {}).get("securitySchemes")
    if schemes and "security" not in operation and "security" not in document.content:
        problems.append("does not say who may call it")
    for problem in problems:
        findings.fail("gate/contract-document", f"{document.path}: {label} {problem}", Origin(file=document.path))
