"""Lists under filters: alone, two and three at a time, in turns, as callers who come one after the other do."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from backwright.diagnostics.model import Origin
from backwright.gates.contract.document import Document
from backwright.gates.contract.principals import Principal
from backwright.gates.findings import Findings

__all__ = ["check_filters"]

_TIMEOUT = 20
_SERVER_ERROR = 500
_PAGING = frozenset(("limit", "cursor", "sort", "q"))
_FILTERS = 6
_ASKED = ((2, 6), (3, 3), (1, 6))
_PAGE = 100


@dataclass(frozen=True, slots=True)
class _Lists:
    url: str
    document: Document
    session: requests.Session
    findings: Findings
    reported: set[str] = field(default_factory=set)

    def get(self, path: str, query: dict[str, str]) -> requests.Response:
        self.findings.done()
        return self.session.get(f"{self.url}{self.document.base}{path}?{urlencode(query)}", timeout=_TIMEOUT)

    def fail(self, code: str, path: str, query: dict[str, str], said: str) -> None:
        if path not in self.reported:
            self.reported.add(path)
            self.findings.fail(
                code,
                f"GET {path} with {', '.join(query)}: {said}",
                Origin(file=self.document.path),
                f"curl -i '$URL{self.document.base}{path}?{urlencode(query)}'",
            )


def check_filters(document: Document, url: str, caller: Principal, findings: Findings) -> None:
    """Every list by values of a row that it shows: the answer holds this row, and none with other values."""
    with requests.Session() as session:
        session.headers.update(caller.headers)
        lists = _Lists(url, document, session, findings)
        queues = [deque(_asked(lists, path, item)) for path, item in document.paths.items() if "get" in item]
        while any(queues):
            for queue in queues:
                if queue:
                    _ask(lists, *queue.popleft())


def _asked(lists: _Lists, path: str, item: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Path, filters, and the id of the row whose values they have."""
    names = [each["name"] for each in item["get"].get("parameters", []) if each.get("in") == "query"]
    if "limit" not in names:
        return
    answer = lists.get(path, {"limit": "1"})
    rows = answer.json().get("items", []) if answer.status_code == 200 else []
    row = rows[0] if rows else {}
    values = {name: _sent(row.get(name, row.get(name.partition(".")[0]))) for name in names if name not in _PAGING}
    known = [(name, value) for name, value in values.items() if value is not None][:_FILTERS]
    for count, most in _ASKED:
        for group in itertools.islice(itertools.combinations(known, count), most):
            yield path, dict(group), str(row.get("id"))


def _sent(value: object) -> str | None:
    return json.dumps(value) if isinstance(value, bool | int) else value if isinstance(value, str) else None


def _ask(lists: _Lists, path: str, query: dict[str, str], key: str) -> None:
    answer = lists.get(path, {**query, "limit": str(_PAGE)})
    if answer.status_code != 200:
        code = "gate/contract-server-error" if answer.status_code >= _SERVER_ERROR else "gate/contract-refused"
        lists.fail(code, path, query, f"{answer.status_code} {answer.text[:300]}")
        return
    items = answer.json().get("items", [])
    equal = {name: value for name, value in query.items() if "." not in name}
    strange = [item for item in items if any(_sent(item.get(name)) != value for name, value in equal.items())]
    complete = len(items) < _PAGE
    if strange or (complete and key not in [item.get("id") for item in items]):
        said = f"{len(strange)} rows with other values" if strange else "a row with these values is missing"
        lists.fail("gate/contract-pages", path, query, said)
