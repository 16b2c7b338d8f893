from collections.abc import Generator
from dataclasses import dataclass

import httpx

from services.security.caller import Caller
from services.security.tokens import issue_access_token
from tests.support.database import query


@dataclass(frozen=True, slots=True)
class Account(httpx.Auth):
    """Somebody who is signed in: `client.get(path, auth=account)`."""

    id: str
    token: str

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def open_session(user_id: str, role: str) -> Account:
    """Opens a session for an account, as a login would."""
    text = "insert into internal.sessions (user_id, expires_at) values (%s, now() + interval '1 hour') returning id"
    [[session_id]] = query(text, user_id)
    return Account(user_id, issue_access_token(Caller(user_id, role, str(session_id))))
