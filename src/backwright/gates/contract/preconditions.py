"""Versions: what a caller has is not sent again, and what somebody else changed is not overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from backwright.diagnostics.model import Origin
from backwright.gates.contract.document import Document
from backwright.gates.contract.principals import Principal
from backwright.gates.findings import Findings

__all__ = ["check_preconditions", "current_tag"]

_TIMEOUT = 20
_STALE = '"none"'


@dataclass(frozen=True, slots=True)
class _Versions:
    url: str
    document: Document
    session: requests.Session
    findings: Findings

    def send(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> requests.Response:
        url = f"{self.url}{self.document.base}{path}"
        return self.session.request(method, url, json=body, headers=headers, timeout=_TIMEOUT)

    def check(self, method: str, path: str, header: str, answer: requests.Response, status: int) -> None:
        self.findings.check(
            answer.status_code == status,
            "gate/contract-precondition",
            f"{method} {path} with {header or 'no condition'} should answer {status} and answers {answer.status_code}: "
            f"{answer.text[:200]}",
            Origin(file=self.document.path),
            f"curl -i -X {method} -H '{header}' '$URL{self.document.base}{path}'",
        )


def current_tag(session: requests.Session, url: str, path: str, headers: Mapping[str, str]) -> str:
    """The tag of the row that a path names or begins with, as the caller reads it; `*` where they cannot."""
    row = "/".join(path.split("/")[:3])
    return session.get(url + row, headers=dict(headers), timeout=_TIMEOUT).headers.get("ETag", "*")


def check_preconditions(document: Document, url: str, caller: Principal, findings: Findings) -> None:
    """Reads with the tag they gave, and writes with one that no answer had; no row is changed."""
    with requests.Session() as session:
        session.headers.update(caller.headers)
        versions = _Versions(url, document, session, findings)
        for path, item in document.paths.items():
            if "If-None-Match" in _parameters(item.get("get", {})) and "{" not in path:
                _known(versions, path)
                for row in _rows(versions, path, item):
                    _row(versions, path, row)


def _parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in operation.get("parameters", [])}


def _rows(versions: _Versions, path: str, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "limit" in _parameters(item["get"]):
        answer = versions.send("GET", f"{path}?limit=1", {})
        yield from answer.json().get("items", []) if answer.status_code == 200 else []


def _known(versions: _Versions, path: str) -> None:
    tag = versions.send("GET", path, {}).headers.get("ETag", "")
    for value, status in ((tag, 304), (f'"other", W/{tag}', 304), ("*", 304), (_STALE, 200)):
        answer = versions.send("GET", path, {"If-None-Match": value})
        if versions.send("GET", path, {}).headers.get("ETag") == tag:
            versions.check("GET", path, f"If-None-Match: {value}", answer, status)


def _row(versions: _Versions, path: str, row: dict[str, Any]) -> None:
    one = f"{path}/{row['id']}"
    if path + "/{id}" in versions.document.paths:
        _known(versions, one)
    for template, item in versions.document.paths.items():
        if template.startswith(path + "/{id}"):
            for method in versions.document.methods(template):
                condition = _parameters(item[method.lower()]).get("If-Match")
                if condition:
                    _written(versions, method, template.replace("{id}", row["id"]), condition, _body(item, method, row))


def _body(item: dict[str, Any], method: str, row: dict[str, Any]) -> dict[str, Any] | None:
    """One member that the body may have, as the row has it already."""
    content = item[method.lower()].get("requestBody", {}).get("content", {})
    members = content.get("application/json", {}).get("schema", {}).get("properties", {})
    return next(({name: row[name]} for name in members if row.get(name) is not None), None)


def _written(versions: _Versions, method: str, path: str, condition: dict[str, Any], body: object) -> None:
    stale = versions.send(method, path, {"If-Match": _STALE}, body)
    if stale.status_code == 403:
        return
    versions.check(method, path, f"If-Match: {_STALE}", stale, 412)
    versions.check(method, path, "a weak tag", versions.send(method, path, {"If-Match": "W/" + _STALE}, body), 412)
    if condition.get("required"):
        versions.check(method, path, "", versions.send(method, path, {}, body), 428)
