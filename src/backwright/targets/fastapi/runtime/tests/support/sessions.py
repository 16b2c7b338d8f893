from dataclasses import dataclass

from services.security.caller import Caller
from services.security.tokens import issue_access_token
from tests.support.database import query


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def open_session(user_id: str, role: str) -> Account:
    """Opens a session for an account, as a login would."""
    text = "insert into internal.sessions (user_id, expires_at) values (%s, now() + interval '1 hour') returning id"
    [[session_id]] = query(text, user_id)
    return Account(user_id, issue_access_token(Caller(user_id, role, str(session_id))))
