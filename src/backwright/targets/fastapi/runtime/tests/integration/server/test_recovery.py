import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.database import query
from tests.support.rows import new_registration
from tests.support.visitor import PASSWORD, Visitor

NEW = "another battery, another horse"


@pytest.fixture(params=["client", "plain"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """With statements sent together, and one by one in plain transactions."""
    return Visitor(request.getfixturevalue(request.param))


def without_request(answer: httpx.Response) -> dict[str, Any]:
    return {**answer.json(), "requestId": ""}


def is_refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (422, "token_invalid")


def kinds(visitor: Visitor, address: str) -> list[str]:
    return [mail["kind"] for mail in visitor.mails(address)]


def reset_token(visitor: Visitor) -> tuple[str, str]:
    """Somebody's login, and a token that holds for a password that is to be set."""
    login = visitor.registered()
    assert visitor.forgot(login).status_code == 202
    return login, visitor.mailed_token(login, "reset")


def end(token: str) -> None:
    query("update internal.one_time_tokens set expires_at = now() where id = %s", token.partition(".")[0])


def accepted(visitor: Visitor, tokens: dict[str, str]) -> bool:
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    return visitor.client.get("/v1/nowhere", headers=headers).status_code == 404


def test_five_mails_of_a_kind_are_written_to_an_address_in_an_hour(visitor: Visitor) -> None:
    profile, login = new_registration()
    visitor.register(profile)
    with ThreadPoolExecutor(6) as pool:
        assert {answer.status_code for answer in pool.map(visitor.forgot, [login] * 12)} == {202}
    for _ in range(8):
        visitor.register(profile)
    written = kinds(visitor, login)
    assert [written.count(kind) for kind in ("reset", "registered", "verification")] == [5, 5, 1]


def test_an_address_that_is_not_confirmed_is_refused_like_a_wrong_password(visitor: Visitor) -> None:
    profile, login = new_registration()
    visitor.register(profile)
    right, wrong = visitor.log_in(login), visitor.log_in(login, NEW)
    assert right.status_code == 401
    assert without_request(right) == without_request(wrong)
    assert visitor.verify(visitor.mailed_token(login, "verification")).status_code == 204
    assert visitor.log_in(login).status_code == 200


def test_a_link_to_confirm_holds_once_and_not_for_ever_and_another_can_be_had(visitor: Visitor) -> None:
    profile, login = new_registration()
    visitor.register(profile)
    token = visitor.mailed_token(login, "verification")
    end(token)
    assert is_refused(visitor.verify(token))
    assert visitor.ask_to_verify(login).json() == {"status": "accepted"}
    following = visitor.mailed_token(login, "verification")
    assert visitor.verify(following).status_code == 204
    assert is_refused(visitor.verify(following))


def test_the_owner_of_a_known_address_is_told_that_somebody_registers_it(visitor: Visitor) -> None:
    profile, login = new_registration()
    visitor.register(profile)
    visitor.verify(visitor.mailed_token(login, "verification"))
    visitor.register(profile, NEW)
    assert kinds(visitor, login) == ["registered", "verification"]
    assert visitor.log_in(login, NEW).status_code == 401


def test_an_address_that_needs_no_mail_is_answered_alike(visitor: Visitor) -> None:
    login = visitor.registered()
    nobody = f"x{login}"
    for answer in (visitor.ask_to_verify(login), visitor.ask_to_verify(nobody), visitor.forgot(nobody)):
        assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert (kinds(visitor, login), kinds(visitor, nobody)) == (["verification"], [])


def test_a_reset_sets_the_password_ends_all_sessions_and_tells_the_owner(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    session = visitor.tokens(login)
    assert accepted(visitor, session)
    assert visitor.reset(token, NEW).status_code == 204
    assert not accepted(visitor, session)
    assert visitor.refresh(session["refreshToken"]).status_code == 401
    assert (visitor.log_in(login).status_code, visitor.log_in(login, NEW).status_code) == (401, 200)
    assert kinds(visitor, login)[0] == "passwordChanged"


def test_a_reset_holds_once_not_for_ever_and_not_after_another(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    visitor.forgot(login)
    second = visitor.mailed_token(login, "reset")
    assert visitor.reset(token, NEW).status_code == 204
    assert is_refused(visitor.reset(token, NEW))
    assert is_refused(visitor.reset(second, NEW))
    visitor.forgot(login)
    third = visitor.mailed_token(login, "reset")
    end(third)
    assert is_refused(visitor.reset(third, NEW))


def test_one_reset_used_many_times_at_once_sets_one_password(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    passwords = [f"{word} horses and a battery" for word in ("one", "two", "three", "four")]
    with ThreadPoolExecutor(4) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda password: visitor.reset(token, password), passwords)]
    assert sorted(statuses) == [204, 422, 422, 422]
    logins = [visitor.log_in(login, password).status_code for password in passwords]
    assert logins == [200 if status == 204 else 401 for status in statuses]


def test_of_several_resets_used_at_once_one_holds(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    visitor.forgot(login)
    tokens = [token, visitor.mailed_token(login, "reset")]
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(lambda each: visitor.reset(each, NEW), tokens))
    assert statuses == [204, 422]


def test_a_reset_confirms_the_address_as_well(visitor: Visitor) -> None:
    profile, login = new_registration()
    visitor.register(profile)
    visitor.forgot(login)
    assert visitor.reset(visitor.mailed_token(login, "reset"), NEW).status_code == 204
    assert visitor.log_in(login, NEW).status_code == 200


def test_a_token_serves_no_other_purpose(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    tokens = visitor.tokens(login)
    assert is_refused(visitor.verify(token))
    assert is_refused(visitor.reset(visitor.mailed_token(login, "verification"), NEW))
    for other in (tokens["accessToken"], tokens["refreshToken"]):
        assert visitor.reset(other, NEW).status_code == visitor.verify(other).status_code == 422
    assert visitor.refresh(token).status_code == 401
    assert visitor.client.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_short_password_leaves_the_reset_as_it_was(visitor: Visitor) -> None:
    _login, token = reset_token(visitor)
    for password in ("short", "passwordpassword"):
        assert visitor.reset(token, password).json()["code"] == "invalid"
    assert visitor.reset(token, NEW).status_code == 204


def test_the_database_holds_no_token_that_works(visitor: Visitor) -> None:
    login, token = reset_token(visitor)
    [[stored]] = query(
        "select string_agg(to_jsonb(mail)::text || to_jsonb(token)::text, '') "
        "from internal.mails as mail join internal.one_time_tokens as token on token.id = mail.token_id"
    )
    secret = token.partition(".")[2]
    assert len(secret) == 43
    assert secret not in stored
    assert visitor.log_in(login, PASSWORD).status_code == 200


def test_links_lead_where_they_always_do_whatever_host_a_request_names(visitor: Visitor) -> None:
    login = visitor.registered()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    visitor.client.post("/v1/auth/password/forgot", json={"email": login}, headers=headers)
    assert re.search(r"\nhttp://localhost:3000/reset#token=\S+\n", visitor.mails(login)[0]["text"])
