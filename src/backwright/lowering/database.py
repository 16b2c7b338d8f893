"""A plan as one database: everything that the migration, the seeds and the statements agree on."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.names import column, qualified, snake
from backwright.lowering.relational.policies import ColumnGuard, Grant, RowPolicy, column_guards, grants, row_policies
from backwright.lowering.relational.statements import record
from backwright.lowering.relational.tables import Table, tables
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Plan

__all__ = ["Database", "IdentityStatements", "application_name", "database", "identity_statements"]


@dataclass(frozen=True, slots=True)
class Database:
    """`name` prefixes the roles; `users` is the table of the identity entity; `readers` create the functions that policies call."""

    name: str
    tables: tuple[Table, ...]
    policies: tuple[RowPolicy, ...]
    guards: tuple[ColumnGuard, ...]
    grants: tuple[Grant, ...]
    readers: tuple[str, ...]
    users: str | None


def application_name(plan: Plan) -> str:
    """The application's name as an identifier."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plan.name).split()
    name = snake("_".join(words)) or "app"
    return name if name[0].isalpha() else f"app_{name}"


def database(plan: Plan) -> Database:
    """The whole of it."""
    conditions = Conditions(plan)
    policies = row_policies(plan, conditions)
    return Database(
        name=application_name(plan),
        tables=tables(plan),
        policies=policies,
        guards=column_guards(plan),
        grants=grants(plan),
        readers=conditions.readers(),
        users=qualified(plan.entity(plan.identity.entity)) if plan.identity else None,
    )


@dataclass(frozen=True, slots=True)
class IdentityStatements:
    """What registration, login, refresh and logout send."""

    register: str
    credential: str
    open_session: str
    refresh_token: str
    rotate: str
    revoke_session: str


def identity_statements(plan: Plan) -> IdentityStatements | None:
    """None where nobody signs in."""
    if plan.identity is None:
        return None
    users = plan.entity(plan.identity.entity)
    fields = registration_fields(plan, users)
    login = column(users.field(plan.identity.login))
    names = ", ".join(column(field) for field in fields)
    values = ", ".join(f'profile."{json_name(field)}"' for field in fields)
    return IdentityStatements(
        register=(
            f"with account as (\n  insert into {qualified(users)} ({names})\n  select {values}\n"
            f"  from jsonb_to_record($1::jsonb) as profile ({record(fields)})\n  on conflict do nothing\n  returning id\n)\n"
            "insert into internal.credentials (user_id, password_hash) select id, $2 from account"
        ),
        credential=(
            "select account.id, account.role, credentials.password_hash\n"
            f"from {qualified(users)} as account join internal.credentials on credentials.user_id = account.id\nwhere account.{login} = $1"
        ),
        open_session=(
            "with session as (\n  insert into internal.sessions (user_id, expires_at)\n"
            "  values ($1, now() + $3::bigint * interval '1 second')\n  returning id\n)\n"
            "insert into internal.refresh_tokens (digest, session_id) select $2, id from session returning session_id"
        ),
        refresh_token=(
            "select session.id, account.id, account.role, token.used_at is not null,\n"
            "  session.revoked_at is null and session.expires_at > now()\n"
            "from internal.refresh_tokens as token\njoin internal.sessions as session on session.id = token.session_id\n"
            f"join {qualified(users)} as account on account.id = session.user_id\nwhere token.digest = $1\nfor update of token"
        ),
        rotate=(
            "with used as (update internal.refresh_tokens set used_at = now() where digest = $1)\n"
            "insert into internal.refresh_tokens (digest, session_id) values ($2, $3)"
        ),
        revoke_session="update internal.sessions set revoked_at = now() where id = $1 and revoked_at is null",
    )
