import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER, ROLES
from config.channels import BURST, MESSAGE_BYTES, MESSAGES_PER_SECOND, SUBSCRIPTIONS
from tests.support.channels import (
    CROWD,
    Client,
    ListeningServer,
    channel_of,
    deafen,
    emit,
    listening,
    refusal,
    socket_at,
    ticket_of,
    unknown_event,
)
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.sessions import Account


@pytest.fixture(scope="module")
def sockets() -> Iterator[ListeningServer]:
    with ListeningServer() as running:
        yield running


def somebody() -> Account:
    return sign_in(ROLES[0])


def end_sessions(account: Account) -> None:
    query("update internal.sessions set revoked_at = now() where user_id = %s", account.id)


def test_whoever_listens_hears_an_event_once_and_nobody_else_does(sockets: ListeningServer) -> None:
    one, other = somebody(), somebody()
    mine, again, theirs = listening(sockets, one), listening(sockets, one), listening(sockets, other)
    event_id = emit(one, 7)
    emit(other, 8)
    [event] = mine.heard("event")
    assert event == {
        "type": "event",
        "id": event_id,
        "channel": channel_of(one),
        "name": event["name"],
        "payload": {"testId": one.id, "number": 7},
    }
    assert (again.numbers(1), theirs.numbers(1)) == ([7], [8])
    mine.quiet()
    assert len(mine.told) == 2


def test_events_of_another_server_come_in_order(sockets: ListeningServer) -> None:
    account = somebody()
    with ListeningServer() as other:
        here, there = listening(sockets, account), listening(other, account)
        for number in range(50):
            emit(account, number)
        assert here.numbers(50) == there.numbers(50) == list(range(50))


def test_an_event_that_is_committed_late_comes_late_and_is_not_lost(sockets: ListeningServer) -> None:
    account = somebody()
    client = listening(sockets, account)
    with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"]) as slow:
        slow.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
        emit(account, 1, lambda text, *values: slow.execute(text, values).fetchall())
        emit(account, 2)
        assert client.numbers(1) == [2]
        slow.commit()
    assert client.numbers(2) == [2, 1]


def test_without_a_ticket_that_holds_there_is_no_socket(sockets: ListeningServer) -> None:
    account = somebody()
    ticket = ticket_of(sockets, account)
    assert [refusal(sockets, each) for each in (ticket, ticket, "", "A" * 43)] == [101, 401, 401, 401]
    late = ticket_of(sockets, account)
    query("update internal.socket_tickets set expires_at = now()")
    assert refusal(sockets, late) == 401
    ended = ticket_of(sockets, account)
    end_sessions(account)
    assert refusal(sockets, ended) == 401


def test_of_many_who_use_one_ticket_at_once_one_gets_in(sockets: ListeningServer) -> None:
    ticket = ticket_of(sockets, somebody())
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: refusal(sockets, ticket), range(8)))
    assert sorted(statuses) == [101, *[401] * 7]


def test_pages_of_unknown_origins_get_no_socket_and_a_stop_is_announced() -> None:
    account = somebody()
    with ListeningServer(CORS_ORIGINS="https://app.example.com") as server:
        for page in ("https://app.example.com.evil.com", "http://app.example.com", "null"):
            assert refusal(server, ticket_of(server, account), page) == 403
        client = Client(server, account, "https://app.example.com")
        assert server.stop() == 0
        assert client.heard("stopping") == [{"type": "stopping"}]
        assert client.closed() == 1001
        assert "ticket=" not in "".join(server.lines)
        assert [line["status"] for line in server.log("request") if line["path"] == "/v1/socket"] == [403, 403, 403, 101]
        assert [line["code"] for line in server.log("socket.closed")] == [1001]


def test_an_account_has_no_more_sockets_than_it_may() -> None:
    account = somebody()
    with ListeningServer(SOCKETS_PER_ACCOUNT="2") as server:
        first, _second = Client(server, account), Client(server, account)
        assert refusal(server, ticket_of(server, account)) == 429
        first.socket.close()
        time.sleep(0.2)
        Client(server, account)


def test_nobody_can_tell_a_channel_of_others_from_none(sockets: ListeningServer) -> None:
    account, other = somebody(), somebody()
    client = Client(sockets, account)
    own = channel_of(account)
    wrong = [channel_of(other), "nowhere", "", own.upper(), f"{own}/", "tests/1/own"]
    for number, channel in enumerate(wrong):
        client.say({"type": "subscribe", "id": f"{number}", "channel": channel})
    refused = [{"type": "error", "id": f"{number}", "code": "not_found"} for number in range(len(wrong))]
    assert client.heard("error", len(wrong)) == refused


def test_what_is_no_message_is_refused_and_the_socket_stays(sockets: ListeningServer) -> None:
    account = somebody()
    client = listening(sockets, account)
    wrong = ["", "{", "[]", '{"type":"subscribe"}', '{"type":"x","id":"a"}', '{"type":"subscribe","id":"b","channel":"c","id":"b"}']
    for text in wrong:
        client.say(text)
    own = channel_of(account)
    client.say({"type": "subscribe", "id": "c", "channel": own, "more": 1})
    client.say({"type": "subscribe", "id": "d", "channel": own})
    client.say({"type": "unsubscribe", "id": "e", "channel": own})
    client.say({"type": "unsubscribe", "id": "f", "channel": own})
    errors = [(each["id"], each["code"]) for each in client.heard("error", 9)]
    assert errors == [
        *[(known, "invalid_message") for known in (None, None, None, None, "a", None, "c")],
        ("d", "already_subscribed"),
        ("f", "not_subscribed"),
    ]
    assert client.heard("unsubscribed") == [{"type": "unsubscribed", "id": "e", "channel": own}]
    emit(account)
    client.quiet()
    assert [each for each in client.told if each["type"] == "event"] == []


def test_without_the_permission_the_next_event_is_not_heard(sockets: ListeningServer) -> None:
    account = somebody()
    client = listening(sockets, account)
    deafen(account)
    emit(account)
    assert client.heard("ended") == [{"type": "ended", "channel": channel_of(account)}]
    assert len(client.told) == 2


def test_what_was_taken_away_ends_within_five_seconds_also_when_nothing_happens(sockets: ListeningServer) -> None:
    deaf, gone = somebody(), somebody()
    client, closing, idle = listening(sockets, deaf), listening(sockets, gone), Client(sockets, gone)
    deafen(deaf)
    end_sessions(gone)
    started = time.monotonic()
    client.heard("ended")
    assert [closing.closed(), idle.closed()] == [1008, 1008]
    assert time.monotonic() - started < 5


def test_whoever_comes_back_hears_what_was_missed_and_what_follows(sockets: ListeningServer) -> None:
    account = somebody()
    client = listening(sockets, account)
    emit(account, 1)
    [event] = client.heard("event")
    client.socket.close()
    emit(account, 2)
    emit(account, 3)
    back = listening(sockets, account, event["id"])
    emit(account, 4)
    assert back.numbers(3) == [2, 3, 4]


def test_a_history_that_is_gone_is_a_gap(sockets: ListeningServer) -> None:
    account = somebody()
    client = listening(sockets, account, unknown_event())
    assert client.heard("gap") == [{"type": "gap", "channel": channel_of(account)}]
    emit(account, 1)
    assert client.numbers(1) == [1]


def test_what_is_too_large_binary_or_broken_closes_the_socket_with_the_code_for_it(sockets: ListeningServer) -> None:
    account = somebody()
    fitting, large, binary = (Client(sockets, account) for _ in range(3))
    fitting.say("x" * MESSAGE_BYTES)
    fitting.heard("error")
    large.say("x" * (MESSAGE_BYTES + 1))
    binary.socket.send(b"{}")
    assert [large.closed(), binary.closed()] == [1009, 1003]
    frames = (
        (1007, bytes([0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28])),
        (1002, bytes([0x83, 0x80, 0, 0, 0, 0])),
        (1002, bytes([0x81, 0x02, 0x7B, 0x7D])),
    )
    for code, frame in frames:
        client = Client(sockets, account)
        client.socket.socket.sendall(frame)
        assert client.closed() == code


def test_messages_that_come_too_fast_close_the_socket(sockets: ListeningServer) -> None:
    client = Client(sockets, somebody())
    for _ in range(BURST + MESSAGES_PER_SECOND + 1):
        client.say("{}")
    assert client.closed() == 1008


def test_a_socket_listens_to_no_more_than_it_may(sockets: ListeningServer) -> None:
    client = Client(sockets, somebody())
    for number in range(CROWD):
        client.say({"type": "subscribe", "id": "1", "channel": f"test-{number}"})
    assert client.heard("error")[0]["code"] == "too_many_subscriptions"
    assert len(client.heard("subscribed")) == SUBSCRIPTIONS


def test_who_does_not_read_is_closed_and_others_hear_all(sockets: ListeningServer) -> None:
    slow, quick = somebody(), somebody()
    _stuck, client = listening(sockets, slow), listening(sockets, quick)
    # Nobody takes what has come, so the receiving ends fill up.
    text = """insert into internal.outbox (event, payload, state)
      select event, payload || jsonb_build_object('filling', repeat('x', 60000)), state
      from internal.outbox, generate_series(1, 400) where id = %s"""
    query(text, emit(slow))
    emit(quick, 5)
    assert client.numbers(1) == [5]
    query("delete from internal.outbox where payload ? 'filling'")
    until = time.monotonic() + 8
    while time.monotonic() < until and 1013 not in [line["code"] for line in sockets.log("socket.closed")]:
        time.sleep(0.1)
    assert 1013 in [line["code"] for line in sockets.log("socket.closed")]


def test_a_request_for_another_protocol_is_answered_as_if_it_were_none(sockets: ListeningServer) -> None:
    headers = {"Connection": "Upgrade", "Upgrade": "h2c"}
    assert httpx.get(f"{sockets.origin}/livez", headers=headers).status_code == 200
    assert httpx.get(socket_at(sockets, "x").replace("ws", "http", 1)).status_code == 404
