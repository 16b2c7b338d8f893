import time
from collections.abc import Callable

import httpx

from config.application import ROLES
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.server import Server
from tests.support.visitor import Visitor

MORE_THAN_AT_ONCE = 1_001


def count(table: str, user_id: str) -> int:
    return len(query(f"select 1 from internal.{table} where user_id = %s", user_id))


def tokens(user_id: str) -> int:
    text = "select 1 from internal.refresh_tokens as token join internal.sessions on sessions.id = session_id where user_id = %s"
    return len(query(text, user_id))


def cleaned(is_done: Callable[[], bool]) -> None:
    """A server cleans when it starts, two that start at once as well."""
    with Server(), Server():
        ends = time.monotonic() + 20
        while not is_done():
            assert time.monotonic() < ends, "nothing is cleaned"
            time.sleep(0.05)


def test_old_sessions_with_their_tokens_and_old_idempotency_keys_go_and_others_stay() -> None:
    old, fresh = sign_in(ROLES[0]), sign_in(ROLES[0])
    for each in (old, fresh):
        query(
            "insert into internal.idempotency_keys (user_id, operation, key, fingerprint, status, body) "
            "values (%s, 'x', 'x', 'x', 200, '')",
            each.id,
        )
        query(
            "insert into internal.refresh_tokens (digest, session_id) "
            "select id || ' ' || number, id from internal.sessions, generate_series(1, %s) as number where user_id = %s",
            MORE_THAN_AT_ONCE,
            each.id,
        )
    query("update internal.sessions set revoked_at = now() - interval '25 hours' where user_id = %s", old.id)
    query("update internal.idempotency_keys set created_at = now() - interval '25 hours' where user_id = %s", old.id)
    cleaned(lambda: not count("sessions", old.id) + count("idempotency_keys", old.id))
    assert (tokens(old.id), tokens(fresh.id)) == (0, MORE_THAN_AT_ONCE)
    assert (count("sessions", fresh.id), count("idempotency_keys", fresh.id)) == (1, 1)


def test_old_one_time_tokens_and_their_mails_go_and_others_stay(client: httpx.Client) -> None:
    visitor = Visitor(client)
    old, fresh = visitor.registered(), visitor.registered()
    token_id = visitor.mailed_token(old, "verification").partition(".")[0]
    query("update internal.one_time_tokens set expires_at = now() - interval '25 hours' where id = %s", token_id)
    cleaned(lambda: not visitor.mails(old))
    assert len(visitor.mails(fresh)) == 1
