"""Served routes against documented ones, as far as a caller can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

import requests

from backwright.diagnostics.model import Origin
from backwright.gates.contract.document import METHODS, Document
from backwright.gates.contract.principals import Principal
from backwright.gates.findings import Findings

__all__ = ["check_routes"]

_TIMEOUT = 20
_NOBODY = "00000000-0000-7000-8000-000000000000"
_UNKNOWN = (
    *("/gate-probe", "/v0", "/docs", "/openapi.json", "/metrics", "/debug", "/.env", "/.git/HEAD", "/graphql"),
    *("/v1", "/v1/gate-probe", "/v1/me/gate-probe"),
)


@dataclass(frozen=True, slots=True)
class _Probe:
    url: str
    document: Document
    session: requests.Session
    findings: Findings

    def send(self, method: str, path: str, content_type: str = "") -> requests.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        body = "no JSON" if content_type else None
        url = self.url + path
        return self.session.request(method, url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)


def check_routes(document: Document, url: str, caller: Principal, findings: Findings) -> None:
    """Undocumented methods answer 405 with the right `Allow`, documented ones neither 404 nor 405, other paths 404."""
    with requests.Session() as session:
        probe = _Probe(url, document, session, findings)
        for path in _UNKNOWN:
            _unknown(probe, path)
        session.headers.update(caller.headers)
        for template in document.paths:
            own, reachable = document.methods(template), document.reachable(template)
            for method in (*METHODS, "TRACE"):
                if method in own:
                    _documented(probe, method, template)
                elif method not in reachable:
                    _undocumented(probe, method, template, reachable)


def _concrete(document: Document, template: str) -> str:
    return document.base + re.sub(r"\{[^}]*\}", _NOBODY, template)


def _unknown(probe: _Probe, path: str) -> None:
    answer = probe.send("GET", path)
    probe.findings.check(
        answer.status_code in (401, 404),
        "gate/contract-path",
        f"GET {path} answers {answer.status_code}; the document does not know this path",
        Origin(file=probe.document.path),
        f"curl -i $URL{path}; document the path, or do not serve it",
    )


def _documented(probe: _Probe, method: str, template: str) -> None:
    """A body in a foreign format reaches the route, and is refused before it does anything."""
    path = _concrete(probe.document, template)
    answer = probe.send(method, path, "" if method == "GET" else "text/plain")
    probe.findings.check(
        answer.status_code != 405 and (answer.status_code != 404 or "{" in template),
        "gate/contract-route",
        f"{method} {template} is documented and answers {answer.status_code}",
        Origin(file=probe.document.path),
        f"curl -i -X {method} $URL{path}",
    )


def _undocumented(probe: _Probe, method: str, template: str, documented: set[str]) -> None:
    path = _concrete(probe.document, template)
    answer = probe.send(method, path)
    if method == "TRACE" and answer.status_code == 501:
        probe.findings.done()
        return
    probe.findings.check(
        answer.status_code == 405,
        "gate/contract-method",
        f"{method} {template} is not documented and answers {answer.status_code}, not 405",
        Origin(file=probe.document.path),
        f"curl -i -X {method} $URL{path}",
    )
    if answer.status_code == 405:
        allowed = {word.strip() for word in answer.headers.get("allow", "").split(",")} - {"HEAD", "OPTIONS"}
        probe.findings.check(
            allowed == documented,
            "gate/contract-method",
            f"{template}: Allow says {sorted(allowed)}; documented are {sorted(documented)}",
            Origin(file=probe.document.path),
            f"curl -i -X TRACE $URL{path}",
        )
