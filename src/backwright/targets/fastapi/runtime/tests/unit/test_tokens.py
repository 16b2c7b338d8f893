import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from config.application import NAME, ROLES
from config.identity import identity_settings
from services.security.caller import Caller
from services.security.one_time_tokens import id_of_token, one_time_token
from services.security.tokens import issue_access_token, verify_access_token

CALLER = Caller("0198c0de-0000-7000-8000-000000000001", ROLES[0], "0198c0de-0000-7000-8000-000000000002")
HEADER = {"alg": "HS256", "typ": "at+jwt"}


def encoded(value: object) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return urlsafe_b64encode(content).decode().rstrip("=")


def signed(header: object, claims: object, secret: str = identity_settings.token_secret) -> str:
    content = f"{encoded(header)}.{encoded(claims)}"
    return f"{content}.{encoded(hmac.digest(secret.encode(), content.encode(), 'sha256'))}"


def claims(**changes: object) -> dict[str, Any]:
    now = int(time.time())
    own = {"iss": NAME, "aud": NAME, "sub": CALLER.user_id, "role": CALLER.role, "sid": CALLER.session_id}
    return {**own, "iat": now, "exp": now + 60, **changes}


def test_a_token_names_its_caller() -> None:
    assert verify_access_token(issue_access_token(CALLER)) == CALLER
    assert verify_access_token(signed(HEADER, claims())) == CALLER


def test_a_token_of_the_other_key_that_is_accepted_names_its_caller() -> None:
    own, other = identity_settings.accepted_secrets
    assert own == identity_settings.token_secret
    assert verify_access_token(signed(HEADER, claims(), other)) == CALLER
    key = hmac.digest(other.encode(), b"one-time tokens", "sha256")
    token, another = (f"x.{encoded(hmac.digest(key, each, 'sha256'))}" for each in (b"verify x", b"reset x"))
    assert id_of_token("verify", token) == "x"
    assert id_of_token("verify", another) is None
    assert id_of_token("verify", one_time_token("verify", "x")) == "x"
    assert one_time_token("verify", "x") != token


def test_a_token_that_has_expired_names_nobody() -> None:
    assert verify_access_token(issue_access_token(CALLER, -1)) is None
    assert verify_access_token(signed(HEADER, claims(exp=int(time.time())))) is None


def test_a_token_from_the_future_names_nobody() -> None:
    later = int(time.time()) + 3600
    assert verify_access_token(signed(HEADER, claims(iat=later, exp=later + 60))) is None
    assert verify_access_token(signed(HEADER, claims(nbf=later, exp=later + 60))) is None
    assert verify_access_token(signed(HEADER, claims(nbf=int(time.time()) - 5))) == CALLER


@pytest.mark.parametrize(
    ("claim", "values"),
    [
        ("exp", [str(2**40), 9e99, True, None]),
        ("iat", ["1", None]),
        ("nbf", ["now"]),
        ("sub", ["", "' or true --", 1, None]),
        ("role", ["nobody", [ROLES[0]], "__class__", None]),
        ("sid", ["x", None]),
        ("aud", ["another", [NAME], None]),
        ("iss", ["another", None]),
    ],
)
def test_a_claim_that_is_missing_or_wrong_names_nobody(claim: str, values: list[object]) -> None:
    for value in values:
        assert verify_access_token(signed(HEADER, claims(**{claim: value}))) is None
    if claim != "nbf":
        assert verify_access_token(signed(HEADER, {k: v for k, v in claims().items() if k != claim})) is None


@pytest.mark.parametrize("content", [None, [], 1, "x", b"", b"{", b"\xff", b"[" * 1000])
def test_claims_that_are_no_object_name_nobody(content: object) -> None:
    assert verify_access_token(signed(HEADER, content)) is None


def test_a_token_that_another_key_signed_names_nobody() -> None:
    assert verify_access_token(signed(HEADER, claims(), "x" * 48)) is None


def test_a_token_cannot_choose_its_algorithm() -> None:
    for header in ({"alg": "none", "typ": "at+jwt"}, {"alg": "HS512", "typ": "at+jwt"}, {"typ": "at+jwt", "alg": "HS256"}):
        assert verify_access_token(signed(header, claims())) is None
        assert verify_access_token(f"{encoded(header)}.{encoded(claims())}.") is None


def test_a_token_of_which_any_character_changes_names_nobody() -> None:
    token = issue_access_token(CALLER)
    for at, character in enumerate(token):
        changed = f"{token[:at]}{'B' if character == 'A' else 'A'}{token[at + 1 :]}"
        assert verify_access_token(changed) is None, f"position {at}"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 5000, "ä.ö.ü"])
def test_what_is_no_token_names_nobody(text: str) -> None:
    assert verify_access_token(text) is None
    assert verify_access_token(f"{issue_access_token(CALLER)}.{text}") is None
