"""Sends every case as every caller and holds each answer against the document."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import requests
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import MissingHeaderNotRejected
from schemathesis.specs.openapi import checks

from backwright.diagnostics.model import Origin
from backwright.gates.contract.cases import Request
from backwright.gates.contract.document import Document
from backwright.gates.contract.forms import malformed
from backwright.gates.contract.known_rows import KnownRows, is_legal, with_stranger
from backwright.gates.contract.preconditions import current_tag
from backwright.gates.contract.principals import Principal
from backwright.gates.contract.refusals import Refusals, member_of
from backwright.gates.findings import Findings
from backwright.gates.system import Server

__all__ = ["ANSWER_CHECKS", "Exchange"]

ANSWER_CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_CHECKS = [*ANSWER_CHECKS, checks.negative_data_rejection, checks.missing_required_header]
_CODES = {
    "ServerError": "gate/contract-server-error",
    "UndefinedStatusCode": "gate/contract-status",
    "AcceptedNegativeData": "gate/contract-accepted",
    "MissingHeaderNotRejected": "gate/contract-accepted",
}
_REFUSED = (400, 422)
_TIMEOUT = 20
_SERVER_ERROR = 500
_REQUIRED = 428
_LOG_SECONDS, _LOG_PAUSE = 1.0, 0.02


@dataclass(slots=True)
class Exchange:
    """One conversation with a running server; each kind of failure of an operation is reported once."""

    server: Server
    document: Document
    callers: list[Principal]
    rows: KnownRows
    refusals: Refusals
    findings: Findings
    succeeded: set[str]
    _tried: set[str] = field(default_factory=set)
    _seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def run(self, cases: list[Request], seconds: float) -> int:
        """How many requests were left unsent when the time was over."""
        deadline = time.monotonic() + seconds
        planned = [(case, caller) for case in cases for caller in self._callers(case)]
        with requests.Session() as session:
            for number, (case, caller) in enumerate(planned):
                if time.monotonic() > deadline:
                    return len(planned) - number
                self._send(session, case, caller)
        return 0

    def _callers(self, case: Request) -> list[Principal]:
        """Signing in is the anonymous caller's business, and slow on purpose."""
        security = self.document.paths[case.path][case.method.lower()].get("security", [])
        return self.callers[:1] if "/auth/" in case.path and {} in security else self.callers

    def _send(self, session: requests.Session, case: Request, caller: Principal) -> None:
        self.rows.put_into(case)
        self._mean_current(session, case, caller)
        response = self._call(session, case, caller)
        if response.status_code < 300:
            self.succeeded.add(case.operation.label)
            self.rows.learn(case, member_of(response, "id"))
        try:
            case.validate_response(response, checks=_CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._report(case, caller, response, failure)
        legal = case.meta is not None and case.meta.generation.mode.is_positive
        if legal:
            self._accepted(case, caller, response)
        if legal and response.status_code not in (401, 403) and case.operation.label not in self._tried:
            self._spoilt(session, case, caller)

    def _spoilt(self, session: requests.Session, case: Request, caller: Principal) -> None:
        """A legal body once more, with one thing wrong; bodies are read before rows are looked for."""
        body = case.body
        if not isinstance(body, dict):
            return
        self._tried.add(case.operation.label)
        spoilt = [("a body with an unknown member", changed) for changed in with_stranger(body)]
        for name, changed in malformed(self.document, case.path, case.method, body):
            spoilt.append((f"a body whose {name} has not its form", changed))
        for what, changed in spoilt:
            self.rows.put_into(case)
            self._mean_current(session, case, caller)
            case.body = changed
            response = self._call(session, case, caller)
            if response.status_code not in _REFUSED:
                failed = response.status_code >= _SERVER_ERROR
                code = "gate/contract-server-error" if failed else "gate/contract-accepted"
                self._fail(code, case, caller, response, f"{what} is not refused")
        case.body = body

    def _mean_current(self, session: requests.Session, case: Request, caller: Principal) -> None:
        """A write means the version that its caller reads now."""
        if "If-Match" in (case.headers or {}) and is_legal(case, ParameterLocation.HEADER):
            url = self.server.url + self.document.base
            case.headers["If-Match"] = current_tag(session, url, case.formatted_path, caller.headers)

    def _call(self, session: requests.Session, case: Request, caller: Principal) -> Response:
        self.findings.done()
        url = self.server.url + self.document.base
        return case.call(base_url=url, session=session, headers=caller.headers, timeout=_TIMEOUT)

    def _report(self, case: Request, caller: Principal, response: Response, failure: Failure) -> None:
        if isinstance(failure, MissingHeaderNotRejected) and response.status_code == _REQUIRED:
            return
        code = _CODES.get(type(failure).__name__, "gate/contract-answer")
        if response.status_code < 500 or code == "gate/contract-server-error":
            self._fail(code, case, caller, response, f"{failure.title}: {failure.message}")

    def _accepted(self, case: Request, caller: Principal, response: Response) -> None:
        """A legal request may be refused for reasons of state alone."""
        if response.status_code in _REFUSED and not self.refusals.explain(response, case.body):
            self._fail("gate/contract-refused", case, caller, response, "a legal request is refused")

    def _fail(self, code: str, case: Request, caller: Principal, response: Response, message: str) -> None:
        first = " ".join(message.split())[:400]
        seen = (code, case.operation.label, first)
        self._seen[seen] += 1
        if self._seen[seen] > 1:
            return
        self.findings.fail(
            code,
            f"{case.operation.label} as {caller.name}: {first}\n"
            f"{response.status_code} {response.text[:300]}{self._logged(response)}",
            Origin(file=self.document.path),
            self._again(case, caller),
        )

    def _again(self, case: Request, caller: Principal) -> str:
        curl = case.as_curl_command(headers={"Authorization": "$TOKEN"} if caller.token else {})
        return curl.replace("[Filtered]", "Bearer $TOKEN")

    def _logged(self, response: Response) -> str:
        """What the server's log says about an answer that hides its cause; it may be written after the answer."""
        request = member_of(response, "requestId")
        deadline = time.monotonic() + _LOG_SECONDS
        lines: list[str] = []
        while request and response.status_code >= _SERVER_ERROR and not lines and time.monotonic() < deadline:
            lines = [
                line for line in self.server.log().splitlines() if str(request) in line and "error" in line.lower()
            ]
            time.sleep(0 if lines else _LOG_PAUSE)
        return f"\n{max(lines, key=len)[:600]}" if lines else ""
