"""What registration, login, one-time tokens, sessions and mails send."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name, timestamp_json
from backwright.lowering.relational.names import column, qualified
from backwright.lowering.relational.statements import given, record
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Field, Plan, Reference

__all__ = ["identity_statements"]

# Goes before what may write a mail that anybody can ask for, so that those to one address are counted one by one. The
# message makes every commit wait for the disk, so that its time does not tell whether a mail was written.
_LOCK_MAILS = """select pg_advisory_xact_lock(hashtextextended('mails ' || $1, 0)),
  pg_logical_emit_message(true, 'mails', '')"""

# Whoever asks for them: a mailbox is not flooded (ASVS 5.0, 2.4.1).
_FEW = """(
  select count(*)
  from internal.mails as mail
  where mail.user_id = {owner} and mail.kind = '{kind}' and mail.created_at > now() - interval '1 hour'
) < 5"""

# A known address gets a mail as well, so that both ways take the same and say the same.
_REGISTER = """with profile as (
  select * from jsonb_to_record($1::jsonb) as profile ({record})
), account as (
  insert into {users} ({columns})
  select {values}
  from profile
  on conflict do nothing
  returning id
), credential as (
  insert into internal.credentials (user_id, password_hash)
  select id, $2 from account
), token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select id, 'verification', now() + interval '24 hours' from account
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'verification', id from token
union all
select known.id, 'registered', null
from {users} as known
join profile on profile."{member}" = known.{login}
where {few}"""

_REQUEST_VERIFICATION = """with token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select account.id, 'verification', now() + interval '24 hours'
  from {users} as account
  join internal.credentials on credentials.user_id = account.id
  where account.{login} = $1 and credentials.verified_at is null and {few_verifications}
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'verification', id from token"""

_VERIFY = """with used as (
  update internal.one_time_tokens set used_at = now()
  where id = $1 and purpose = 'verification' and used_at is null and expires_at > now()
  returning user_id
)
update internal.credentials set verified_at = coalesce(verified_at, now())
from used
where credentials.user_id = used.user_id
returning credentials.user_id"""

_REQUEST_RESET = """with token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select account.id, 'reset', now() + interval '15 minutes'
  from {users} as account
  where account.{login} = $1 and {few_resets}
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'reset', id from token"""

_OPEN_RESET = """select account.{login}
from internal.one_time_tokens as token
join {users} as account on account.id = token.user_id
where token.id = $1 and token.purpose = 'reset' and token.used_at is null and token.expires_at > now()"""

# A session that a login is opening waits for it, or is there when the next statement looks.
_LOCK_RESET = """select user_id
from internal.credentials
where user_id = (select token.user_id from internal.one_time_tokens as token where token.id = $1)
for update"""

# A key that one of them is making is there when the next statement looks.
_LOCK_SESSIONS = """select id
from internal.sessions
where user_id = (select token.user_id from internal.one_time_tokens as token where token.id = $1) and revoked_at is null
for update"""

_RESET = """with used as (
  update internal.one_time_tokens set used_at = now()
  where id = $1 and purpose = 'reset' and used_at is null and expires_at > now()
  returning user_id
), credential as (
  insert into internal.credentials (user_id, password_hash, verified_at)
  select user_id, $2, now() from used
  on conflict (user_id) do update
  set password_hash = excluded.password_hash, verified_at = coalesce(credentials.verified_at, excluded.verified_at),
    changed_at = now()
), others as (
  update internal.one_time_tokens as token set used_at = now()
  from used
  where token.user_id = used.user_id and token.purpose = 'reset' and token.used_at is null and token.id <> $1
), keys as (
  delete from internal.api_keys as key using used where key.user_id = used.user_id
), mail as (
  insert into internal.mails (user_id, kind)
  select user_id, 'passwordChanged' from used
), ended as (
  update internal.sessions as session set revoked_at = now()
  from used
  where session.user_id = used.user_id and session.revoked_at is null
  returning session.id
)
select used.user_id, ended.id
from used
left join ended on true"""

_CREDENTIAL = """select account.id, account.role, credentials.password_hash, credentials.verified_at is not null
from {users} as account
join internal.credentials on credentials.user_id = account.id
where account.{login} = $1"""

_OPEN_SESSION = """with proven as (
  select user_id from internal.credentials where user_id = $1 and password_hash = $4 for share
), session as (
  insert into internal.sessions (user_id, expires_at)
  select user_id, now() + $3::bigint * interval '1 second' from proven
  returning id
)
insert into internal.refresh_tokens (digest, session_id)
select $2, id from session
returning session_id"""

_REFRESHED = """select session.id, account.id, account.role, token.used_at is not null,
  session.revoked_at is null and session.expires_at > now()
from internal.refresh_tokens as token
join internal.sessions as session on session.id = token.session_id
join {users} as account on account.id = session.user_id
where token.digest = $1
for update of token"""

_ROTATE = """with used as (
  update internal.refresh_tokens set used_at = now() where digest = $1
)
insert into internal.refresh_tokens (digest, session_id) values ($2, $3)"""

_SESSION = """select account.id, account.role
from internal.sessions as session
join {users} as account on account.id = session.user_id
where session.id = $1 and session.revoked_at is null and session.expires_at > now()"""

_REVOKE_SESSION = "update internal.sessions set revoked_at = now() where id = $1 and revoked_at is null"

_SESSIONS = """select coalesce(json_agg(row_to_json(item)), '[]')
from (
  select session.id, {session_created} as "createdAt", {session_expires} as "expiresAt", {session_seen} as "lastSeenAt",
    session.id = $2 as "current"
  from internal.sessions as session
  left join lateral (
    select max(issued_at) as issued_at from internal.refresh_tokens where session_id = session.id
  ) as token on true
  where session.user_id = $1 and session.revoked_at is null and session.expires_at > now()
  order by session.id desc
  limit 100
) as item"""

_END_SESSION = """update internal.sessions set revoked_at = now()
where id = $1 and user_id = $2 and revoked_at is null and expires_at > now()"""

_END_SESSIONS = """update internal.sessions set revoked_at = now()
where user_id = $1 and revoked_at is null
returning id"""

_OWN_CREDENTIAL = """select account.{login}, credentials.password_hash
from {users} as account
join internal.credentials on credentials.user_id = account.id
where account.id = $1"""

# As with a reset.
_LOCK_CREDENTIAL = "select user_id from internal.credentials where user_id = $1 for update"

_CHANGE = """with changed as (
  update internal.credentials set password_hash = $2, changed_at = now()
  where user_id = $1 and password_hash = $3
  returning user_id
), tokens as (
  update internal.one_time_tokens as token set used_at = now()
  from changed
  where token.user_id = changed.user_id and token.purpose = 'reset' and token.used_at is null
), mail as (
  insert into internal.mails (user_id, kind)
  select user_id, 'passwordChanged' from changed
), ended as (
  update internal.sessions as session set revoked_at = now()
  from changed
  where session.user_id = changed.user_id and session.id <> $4 and session.revoked_at is null
  returning session.id
)
select changed.user_id, ended.id
from changed
left join ended on true"""

# A session that ended a moment ago makes none, wherever it is still remembered.
_CREATE_KEY = """with proven as (
  select user_id
  from internal.sessions
  where id = $5 and user_id = $1 and revoked_at is null and expires_at > now()
  for share
), key as (
  insert into internal.api_keys (user_id, name, digest, expires_at)
  select user_id, $2, $3, $4::timestamptz from proven
  returning id, name, created_at, expires_at
)
select row_to_json(item)
from (select key.id, key.name, {key_created} as "createdAt", {key_expires} as "expiresAt" from key) as item"""

_KEYS = """select coalesce(json_agg(row_to_json(item)), '[]')
from (
  select key.id, key.name, {key_created} as "createdAt", {key_expires} as "expiresAt"
  from internal.api_keys as key
  where key.user_id = $1
  order by key.id desc
  limit 100
) as item"""

_DELETE_KEY = "delete from internal.api_keys where id = $1 and user_id = $2"

_KEY = """select account.id, account.role
from internal.api_keys as key
join {users} as account on account.id = key.user_id
where key.digest = $1 and (key.expires_at is null or key.expires_at > now())"""

# Nobody else takes it before `due_at`, which is later than sending may last; if this server dies, somebody does then.
_CLAIM_MAIL = """update internal.mails as mail
set attempts = mail.attempts + 1, due_at = now() + least(power(2, mail.attempts), 60) * interval '1 minute'
from {users} as account
where account.id = mail.user_id and mail.id = (
  select due.id
  from internal.mails as due
  left join internal.one_time_tokens as token on token.id = due.token_id
  where due.sent_at is null and due.due_at <= now() and due.attempts < 8
    and (due.token_id is null or token.expires_at > now())
  order by due.due_at
  limit 1
  for update of due skip locked
)
returning mail.id, account.{login}, mail.kind, mail.token_id, mail.attempts"""

_MAIL_SENT = "update internal.mails set sent_at = now() where id = $1"

_MAILBOX = """select mail.kind, mail.token_id, {created}
from internal.mails as mail
join {users} as account on account.id = mail.user_id
where account.{login} = $1
order by mail.id desc
limit 100"""

# One server at a time, and as much as fits into the time of a statement, again until nothing is left. Refresh tokens go
# before their session, however many it had; a one-time token takes its mail along.
_LOCK_CLEANING = "select pg_try_advisory_xact_lock(hashtextextended('cleaning', 0))"
_OVER = "least(revoked_at, expires_at) < now() - interval '1 day'"
_OLD = {
    "clean_mails": ("mails", "created_at < now() - interval '7 days'"),
    "clean_tokens": ("one_time_tokens", "expires_at < now() - interval '1 day'"),
    "clean_refresh_tokens": ("refresh_tokens", f"session_id in (select id from internal.sessions where {_OVER})"),
    "clean_sessions": (
        "sessions",
        f"{_OVER} and not exists (select from internal.refresh_tokens where session_id = sessions.id)",
    ),
    "clean_idempotency_keys": ("idempotency_keys", "created_at < now() - interval '1 day'"),
}
_CLEAN = """delete from internal.{table}
where ctid = any(array(
  select ctid from internal.{table}
  where {condition}
  limit 1000
))"""


def _registered(plan: Plan, field: Field) -> str:
    """Whoever registers is nobody yet, so only rows that nobody could see can be told from rows that are not there."""
    rule = plan.entity(field.type.entity).rule("read") if isinstance(field.type, Reference) else None
    if rule and rule.anonymous:
        return given(plan, field, "profile")
    return f'profile."{json_name(field)}"'


def identity_statements(plan: Plan) -> tuple[tuple[str, str], ...]:
    """The statements by their names, in snake case; none where nobody signs in."""
    if plan.identity is None:
        return ()
    entity = plan.entity(plan.identity.entity)
    fields = registration_fields(plan, entity)
    users, login = qualified(entity), entity.field(plan.identity.login)
    register = _REGISTER.format(
        users=users,
        columns=", ".join(column(field) for field in fields),
        values=", ".join(_registered(plan, field) for field in fields),
        record=record(fields),
        member=json_name(login),
        login=column(login),
        few=_FEW.format(owner="known.id", kind="registered"),
    )
    others = {
        "lock_mails": _LOCK_MAILS,
        "request_verification": _REQUEST_VERIFICATION,
        "verify": _VERIFY,
        "request_reset": _REQUEST_RESET,
        "open_reset": _OPEN_RESET,
        "lock_reset": _LOCK_RESET,
        "lock_sessions": _LOCK_SESSIONS,
        "reset": _RESET,
        "credential": _CREDENTIAL,
        "open_session": _OPEN_SESSION,
        "refresh_token": _REFRESHED,
        "rotate": _ROTATE,
        "revoke_session": _REVOKE_SESSION,
        "session": _SESSION,
        "sessions": _SESSIONS,
        "end_session": _END_SESSION,
        "end_sessions": _END_SESSIONS,
        "own_credential": _OWN_CREDENTIAL,
        "lock_credential": _LOCK_CREDENTIAL,
        "change_password": _CHANGE,
        "create_key": _CREATE_KEY,
        "keys": _KEYS,
        "delete_key": _DELETE_KEY,
        "key": _KEY,
        "claim_mail": _CLAIM_MAIL,
        "mail_sent": _MAIL_SENT,
        "mailbox": _MAILBOX,
        "lock_cleaning": _LOCK_CLEANING,
        **{name: _CLEAN.format(table=table, condition=condition) for name, (table, condition) in _OLD.items()},
    }
    words = {
        "users": users,
        "few_verifications": _FEW.format(owner="account.id", kind="verification"),
        "few_resets": _FEW.format(owner="account.id", kind="reset"),
        "login": column(login),
        "created": timestamp_json("mail.created_at"),
        "session_created": timestamp_json("session.created_at"),
        "session_expires": timestamp_json("session.expires_at"),
        "session_seen": timestamp_json("coalesce(token.issued_at, session.created_at)"),
        "key_created": timestamp_json("key.created_at"),
        "key_expires": timestamp_json("key.expires_at"),
    }
    return (("register", register), *((name, text.format(**words)) for name, text in others.items()))
