"""Legal requests to sign in and out, which no generator finds: it cannot guess a password or a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import schemathesis
from schemathesis.core.failures import FailureGroup

from backwright.diagnostics.model import Origin
from backwright.gates.accounts import Accounts
from backwright.gates.contract.document import Document
from backwright.gates.contract.exchange import ANSWER_CHECKS
from backwright.gates.demo import demo_logins
from backwright.gates.findings import Findings
from backwright.gates.system import System

__all__ = ["check_recovery", "check_sessions"]


@dataclass(frozen=True, slots=True)
class _Sessions:
    schema: schemathesis.BaseSchema
    url: str
    path: str
    findings: Findings

    def post(self, path: str, status: int, body: Mapping[str, object] | None = None, token: str = "") -> dict[str, str]:
        """The members of the answer; its status and form are checked."""
        operation = self.schema[path]["POST"]
        case = (
            operation.Case(body=json.loads(json.dumps(body)), media_type="application/json")
            if body
            else operation.Case()
        )
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = case.call(base_url=self.url, headers=headers, timeout=20)
        self.findings.check(
            response.status_code == status,
            "gate/contract-sessions",
            f"POST {path} should answer {status} and answers {response.status_code}: {response.text[:300]}",
            Origin(file=self.path),
        )
        try:
            case.validate_response(response, checks=ANSWER_CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                message = f"POST {path}: {failure.title}: {' '.join(failure.message.split())[:400]}"
                self.findings.fail("gate/contract-sessions", message, Origin(file=self.path))
        document = response.json() if response.content else {}
        return {name: str(value) for name, value in document.items()} if isinstance(document, dict) else {}


def check_sessions(system: System, document: Document, url: str, findings: Findings) -> set[str]:
    """Signs in, refreshes, reuses a refresh token, signs out; the operations that answered as they should."""
    logins = demo_logins(system)
    if system.plan.identity is None or not logins:
        return set()
    schema = schemathesis.openapi.from_dict(document.content)
    sessions = _Sessions(schema, url + document.base, document.path, findings)
    login = next(iter(logins.values()))
    credentials = {system.plan.identity.login: login, "password": system.password}
    before = findings.failures
    sessions.post("/auth/login", 401, credentials | {"password": "not the password of anybody"})
    first = sessions.post("/auth/login", 200, credentials)
    second = sessions.post("/auth/refresh", 200, {"refreshToken": first.get("refreshToken", "")})
    sessions.post("/auth/refresh", 401, {"refreshToken": first.get("refreshToken", "")})
    sessions.post("/auth/refresh", 401, {"refreshToken": second.get("refreshToken", "")})
    third = sessions.post("/auth/login", 200, credentials)
    sessions.post("/auth/logout", 204, token=third.get("accessToken", ""))
    sessions.post("/auth/refresh", 401, {"refreshToken": third.get("refreshToken", "")})
    paths = ("/auth/login", "/auth/refresh", "/auth/logout")
    return {f"POST {path}" for path in paths} if findings.failures == before else set()


def check_recovery(accounts: Accounts, document: Document, url: str, findings: Findings) -> set[str]:
    """Opens an account, confirms its address, gives it another password; each token works once."""
    schema = schemathesis.openapi.from_dict(document.content)
    sessions = _Sessions(schema, url + document.base, document.path, findings)
    before = findings.failures
    profile = accounts.profile()
    login = {accounts.login: profile[accounts.login]}
    credentials = login | {"password": profile["password"]}
    sessions.post("/auth/register", 202, profile)
    sessions.post("/auth/login", 401, credentials)
    sessions.post("/auth/verification", 202, login)
    token = {"token": accounts.mailed_token(str(login[accounts.login]))}
    sessions.post("/auth/verify", 204, token)
    sessions.post("/auth/verify", 422, token)
    session = sessions.post("/auth/login", 200, credentials)
    sessions.post("/auth/password/forgot", 202, login)
    change = {"token": accounts.mailed_token(str(login[accounts.login])), "password": "staple battery horse correct 9"}
    sessions.post("/auth/verify", 422, {"token": change["token"]})
    sessions.post("/auth/password/reset", 204, change)
    sessions.post("/auth/password/reset", 422, change)
    sessions.post("/auth/refresh", 401, {"refreshToken": session.get("refreshToken", "")})
    sessions.post("/auth/login", 401, credentials)
    sessions.post("/auth/login", 200, login | {"password": change["password"]})
    paths = ("/auth/register", "/auth/verification", "/auth/verify", "/auth/password/forgot", "/auth/password/reset")
    return {f"POST {path}" for path in paths} if findings.failures == before else set()
