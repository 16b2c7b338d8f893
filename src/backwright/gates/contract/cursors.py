"""Pages follow one another, and a tampered page mark is refused, not fatal."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import requests

from backwright.diagnostics.model import Origin
from backwright.gates.contract.document import Document
from backwright.gates.contract.principals import Principal
from backwright.gates.findings import Findings

__all__ = ["check_cursors"]

_TIMEOUT = 20
_PAGES = 3
_STRANGE: tuple[object, ...] = ("x", "\u0000", None, 1e400, {})


@dataclass(frozen=True, slots=True)
class _Lists:
    url: str
    document: Document
    session: requests.Session
    findings: Findings
    reported: set[str] = field(default_factory=set)

    def get(self, path: str, query: str) -> requests.Response:
        self.findings.done()
        return self.session.get(f"{self.url}{self.document.base}{path}?{query}", timeout=_TIMEOUT)


def check_cursors(document: Document, url: str, caller: Principal, findings: Findings) -> None:
    """Walks the first pages of every list in every order, then bends the marks."""
    with requests.Session() as session:
        session.headers.update(caller.headers)
        lists = _Lists(url, document, session, findings)
        for path, item in document.paths.items():
            names = {each["name"]: each["schema"] for each in item.get("get", {}).get("parameters", [])}
            if "cursor" in names:
                for sort in names.get("sort", {}).get("enum", [""]):
                    _walk(lists, path, f"&sort={quote(sort)}" if sort else "")


def _walk(lists: _Lists, path: str, sort: str) -> None:
    seen: list[str] = []
    cursor = ""
    for number in range(_PAGES):
        answer = lists.get(path, f"limit=2{sort}{cursor}")
        data = answer.json() if answer.status_code == 200 else {}
        seen += [item["id"] for item in data.get("items", [])]
        if not data.get("nextCursor"):
            break
        cursor = f"&cursor={quote(data['nextCursor'])}"
        for bent in _bent(data["nextCursor"]) if number == 0 else ():
            _refused(lists, path, f"limit=2{sort}&cursor={quote(bent)}")
    lists.findings.check(
        len(seen) == len(set(seen)),
        "gate/contract-pages",
        f"GET {path}?limit=2{sort} shows a row on two pages",
        Origin(file=lists.document.path),
    )


def _refused(lists: _Lists, path: str, query: str) -> None:
    answer = lists.get(path, query)
    if answer.status_code not in (200, 422) and path not in lists.reported:
        lists.reported.add(path)
        lists.findings.fail(
            "gate/contract-pages",
            f"GET {path} with a tampered cursor answers {answer.status_code}: {answer.text[:300]}",
            Origin(file=lists.document.path),
            f"curl -i '$URL{lists.document.base}{path}?{query}'",
        )


def _bent(cursor: str) -> Iterator[str]:
    """Cut off, changed in one place, and, where it is JSON, with one member replaced, or with half a surrogate pair."""
    yield cursor[: len(cursor) // 2]
    yield cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        return
    if isinstance(content, list):
        half = json.dumps([*content[:1], "\ud800", *content[2:]], separators=(",", ":"))
        yield base64.urlsafe_b64encode(half.encode()).decode().rstrip("=")
        for at in range(len(content)):
            for member in _STRANGE:
                # Written as the servers write theirs; another writing of the same would be refused for that alone.
                changed = json.dumps(
                    [*content[:at], member, *content[at + 1 :]], ensure_ascii=False, separators=(",", ":")
                ).encode()
                yield base64.urlsafe_b64encode(changed).decode().rstrip("=")
