from collections.abc import Mapping

import httpx

from tests.support.rows import new_registration
from tests.support.sessions import Account

PASSWORD = "correct horse battery staple"


class Visitor:
    """Somebody who registers and logs in."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def register(self, profile: Mapping[str, object], password: str = PASSWORD) -> httpx.Response:
        return self.client.post("/v1/auth/register", json={**profile, "password": password})

    def mails(self, address: str) -> list[dict[str, str]]:
        """The mails to an address, newest first."""
        found: list[dict[str, str]] = self.client.get("/sandbox/mails", params={"to": address}).json()["items"]
        return found

    def mailed_token(self, address: str, kind: str) -> str:
        """The token in the newest mail of a kind."""
        mail = next(each for each in self.mails(address) if each["kind"] == kind)
        return mail["text"].partition("#token=")[2].split()[0]

    def verify(self, token: str) -> httpx.Response:
        return self.client.post("/v1/auth/verify", json={"token": token})

    def ask_to_verify(self, address: str) -> httpx.Response:
        return self.client.post("/v1/auth/verification", json={"email": address})

    def forgot(self, address: str) -> httpx.Response:
        return self.client.post("/v1/auth/password/forgot", json={"email": address})

    def reset(self, token: str, password: str) -> httpx.Response:
        return self.client.post("/v1/auth/password/reset", json={"token": token, "password": password})

    def registered(self) -> str:
        """A new account whose address is confirmed; what it logs in with."""
        profile, login = new_registration()
        assert self.register(profile).status_code == 202
        assert self.verify(self.mailed_token(login, "verification")).status_code == 204
        return login

    def log_in(self, login: str, password: object = PASSWORD) -> httpx.Response:
        return self.client.post("/v1/auth/login", json={"email": login, "password": password})

    def tokens(self, login: str) -> dict[str, str]:
        answer = self.log_in(login)
        assert answer.status_code == 200
        found: dict[str, str] = answer.json()
        return found

    def signed_in(self) -> Account:
        """Somebody who has just registered and logged in."""
        return self.account(self.tokens(self.registered())["accessToken"])

    def accepts(self, auth: httpx.Auth) -> bool:
        """Whether a token holds."""
        status = self.client.get("/v1/nowhere", auth=auth).status_code
        assert status in (401, 404)
        return status == 404

    def account(self, token: str) -> Account:
        """Whose access token this is."""
        me = self.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        return Account(me.json()["id"], token)

    def refresh(self, token: object) -> httpx.Response:
        return self.client.post("/v1/auth/refresh", json={"refreshToken": token})

    def log_out(self, token: str) -> httpx.Response:
        return self.client.post("/v1/auth/logout", headers={"Authorization": f"Bearer {token}"})
