"""What registration, login, refresh and logout send."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified
from backwright.lowering.relational.statements import given, record
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Field, Plan, Reference

__all__ = ["IdentityStatements", "identity_statements"]

_REGISTER = """with account as (
  insert into {users} ({columns})
  select {values}
  from jsonb_to_record($1::jsonb) as profile ({record})
  on conflict do nothing
  returning id
)
insert into internal.credentials (user_id, password_hash)
select id, $2 from account"""

_CREDENTIAL = """select account.id, account.role, credentials.password_hash
from {users} as account
join internal.credentials on credentials.user_id = account.id
where account.{login} = $1"""

_OPEN_SESSION = """with session as (
  insert into internal.sessions (user_id, expires_at)
  values ($1, now() + $3::bigint * interval '1 second')
  returning id
)
insert into internal.refresh_tokens (digest, session_id)
select $2, id from session
returning session_id"""

_REFRESH = """select session.id, account.id, account.role, token.used_at is not null,
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


@dataclass(frozen=True, slots=True)
class IdentityStatements:
    """The statements by what they do."""

    register: str
    credential: str
    open_session: str
    refresh_token: str
    rotate: str
    revoke_session: str
    session: str


def _registered(plan: Plan, field: Field) -> str:
    """Whoever registers is nobody yet, so only rows that nobody could see can be told from rows that are not there."""
    rule = plan.entity(field.type.entity).rule("read") if isinstance(field.type, Reference) else None
    if rule and rule.anonymous:
        return given(plan, field, "profile")
    return f'profile."{json_name(field)}"'


def identity_statements(plan: Plan) -> IdentityStatements | None:
    """None where nobody signs in."""
    if plan.identity is None:
        return None
    entity = plan.entity(plan.identity.entity)
    fields = registration_fields(plan, entity)
    users = qualified(entity)
    return IdentityStatements(
        register=_REGISTER.format(
            users=users,
            columns=", ".join(column(field) for field in fields),
            values=", ".join(_registered(plan, field) for field in fields),
            record=record(fields),
        ),
        credential=_CREDENTIAL.format(users=users, login=column(entity.field(plan.identity.login))),
        open_session=_OPEN_SESSION,
        refresh_token=_REFRESH.format(users=users),
        rotate=_ROTATE,
        revoke_session=_REVOKE_SESSION,
        session=_SESSION.format(users=users),
    )
