import re
import secrets
import signal
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.support.database import query
from tests.support.rows import new_registration
from tests.support.server import Server, start_refused
from tests.support.smtp import Smtp
from tests.support.visitor import Visitor

PRODUCTION = {
    "ENVIRONMENT": "production",
    "RATE_LIMITS": "",
    "METRICS_PORT": "off",
    "DATABASE_URL": "postgres://x@127.0.0.1/x",
    "TOKEN_SECRET": secrets.token_hex(32),
    "MAIL_URL": "smtps://mail.internal",
    "MAIL_FROM": "desk@mail.example",
    "APP_URL": "https://app.example",
}


@pytest.fixture
def smtp() -> Iterator[Smtp]:
    # What other tests have left to be looked at is not sent now.
    query("update internal.mails set sent_at = now() where sent_at is null")
    with Smtp() as server:
        yield server


def mailing(smtp: Smtp, **environment: str) -> Server:
    return Server(
        MAIL_URL=f"smtp://127.0.0.1:{smtp.port}",
        MAIL_FROM="desk@mail.example",
        APP_URL="https://app.example/",
        **environment,
    )


def register_at(server: Server) -> str:
    """Registers somebody new; what they log in with."""
    profile, login = new_registration()
    with httpx.Client(base_url=server.origin, timeout=30) as client:
        assert Visitor(client).register(profile).status_code == 202
    return login


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends, "it never comes"
        time.sleep(0.05)


def unsent() -> list[tuple[int, bool]]:
    return query("select attempts, due_at > now() from internal.mails where sent_at is null")


def make_due() -> None:
    query("update internal.mails set due_at = now() where sent_at is null")


def test_each_mail_is_sent_once_by_one_of_two_servers_with_a_link_to_the_application(smtp: Smtp) -> None:
    with mailing(smtp) as one, mailing(smtp) as other:
        logins = [register_at(server) for server in (one, other) * 3]
        until(lambda: not unsent())
        time.sleep(0.3)
        assert one.stop() == other.stop() == 0
    for login in logins:
        [message] = smtp.to(login)
        assert "From: desk@mail.example\n" in message
        assert re.search(r"^Message-ID: <[0-9a-f-]{36}@mail\.example>$", message, re.MULTILINE)
        assert re.search(r"^https://app\.example/verify#token=[\w.-]{80}$", message, re.MULTILINE)


def test_a_mail_that_is_refused_for_the_time_being_is_sent_later(smtp: Smtp) -> None:
    with mailing(smtp) as server:
        smtp.next = "refused"
        login = register_at(server)
        until(lambda: unsent() == [(1, True)])
        assert smtp.to(login) == []
        until(lambda: server.log("mail.failed"))
        make_due()
        until(lambda: not unsent())
        assert len(smtp.to(login)) == 1
        assert login not in "".join(server.lines)


@pytest.mark.parametrize(("told", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 1)])
def test_a_mail_that_a_server_was_sending_when_it_ended_is_sent_by_another(
    smtp: Smtp, told: signal.Signals, status: int
) -> None:
    with mailing(smtp, STOP_TIMEOUT_MS="1000") as dying:
        smtp.next = "unanswered"
        login = register_at(dying)
        assert smtp.holding.wait(20)
        began = time.monotonic()
        dying.process.send_signal(told)
        assert dying.ended() == status
        assert time.monotonic() - began < 4
    assert unsent() == [(1, True)]
    make_due()
    with mailing(smtp):
        until(lambda: not unsent())
    assert len(smtp.to(login)) == 1


def test_nobody_sends_a_mail_after_eight_tries_or_when_its_token_has_expired(smtp: Smtp, server: Server) -> None:
    tired, late = register_at(server), register_at(server)
    query(
        "update internal.mails set attempts = 8 "
        "where id = (select min(id::text)::uuid from internal.mails where sent_at is null)"
    )
    query(
        "update internal.one_time_tokens set expires_at = now() "
        "where id in (select token_id from internal.mails where attempts = 0 and sent_at is null)"
    )
    with mailing(smtp) as sending:
        login = register_at(sending)
        until(lambda: len(unsent()) == 2)
    assert (len(smtp.to(login)), smtp.to(tired), smtp.to(late)) == (1, [], [])


def test_where_mails_are_sent_no_mailbox_is_shown(smtp: Smtp) -> None:
    with mailing(smtp) as sending, Server(**PRODUCTION) as production:
        for server in (sending, production):
            assert httpx.get(f"{server.origin}/sandbox/mails?to=a@example.com").status_code == 404


def test_a_mailbox_is_asked_for_by_one_address(client: httpx.Client) -> None:
    for query_string in ("", "to=x", "to=a@example.com&from=b"):
        assert client.get(f"/sandbox/mails?{query_string}").status_code == 422


def test_a_look_into_the_mailbox_counts_nobody() -> None:
    with Server(RATE_LIMITS="anonymous=1/min") as server:
        answers = [httpx.get(f"{server.origin}/sandbox/mails?to=a@example.com") for _ in range(2)]
        assert [(answer.status_code, answer.headers.get("ratelimit")) for answer in answers] == [(200, None), (200, None)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_URL", "sandbox:"), ("MAIL_URL", ""), ("MAIL_URL", "http://x"), ("MAIL_FROM", "x"), ("APP_URL", "app")],
)
def test_production_does_not_start_without_a_mail_server_a_sender_and_an_application(name: str, value: str) -> None:
    status, output = start_refused(**{**PRODUCTION, name: value})
    assert (status, name in output) == (78, True)
