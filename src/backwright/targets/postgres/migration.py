"""The first migration, up and down, and the script that creates the three database roles."""

from __future__ import annotations

from textwrap import indent

from backwright.lowering.database import Database
from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.policies import ColumnGuard, Grant, RowPolicy
from backwright.lowering.relational.tables import ForeignKey, Table, constraint_name
from backwright.targets.postgres.fixed import CALLS, CHANGES, CHANNELS, FUNCTIONS, IDENTITY, JOBS, LIMITS, OUTBOX, ROLES

__all__ = ["down", "roles", "up"]

_TIMEOUTS = "set local lock_timeout = '1s';\nset local statement_timeout = '30s';"

_INTERNAL = ("credentials", "sessions", "refresh_tokens", "one_time_tokens", "mails", "idempotency_keys")
_CLEANED = ("sessions", "refresh_tokens", "one_time_tokens", "mails", "idempotency_keys")

# What commits late is new all the same: who follows keeps a snapshot, not a position.
_FOLLOWED = """,
  transaction_id xid8 not null default pg_current_xact_id(),
  -- Nothing that commits after this row is older.
  horizon xid8 not null default pg_snapshot_xmin(pg_current_snapshot())"""

_FIRST = """\
-- Nobody uses these tables before this migration, so squawk's rules that guard existing clients do not apply to it.
-- squawk-ignore-file ban-alter-row-level-security, ban-create-policy, ban-disable-trigger, ban-revoke"""


def roles(database: Database) -> str:
    """Creates owner, migrator and application role; run once by an administrator of the cluster."""
    return ROLES.replace("{app}", database.name)


def up(database: Database) -> str:
    """Everything from an empty database."""
    sections = [
        f"{_FIRST}\n\nbegin;\n\n{_TIMEOUTS}",
        FUNCTIONS.strip(),
        *_tables(database),
        *(_indexes(table) for table in database.tables if table.indexes),
        *database.readers,
        LIMITS.strip(),
        IDENTITY.replace("{users}", database.users).strip() if database.users else "",
        _outbox(database) if database.emitting else "",
        _calls(database) if database.calling else "",
        CHANNELS.strip() if database.channels else "",
        _jobs(database) if database.jobs else "",
        _announced(database) if database.announced else "",
        *(_security(table, database) for table in database.tables),
        *(_guard(guard, database) for guard in database.guards),
        _grants(database),
        "commit;",
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def down(database: Database) -> str:
    """Back to an empty database."""
    del database
    return f"begin;\n\n{_TIMEOUTS}\n\ndrop schema internal cascade;\ndrop schema app cascade;\n\ncommit;\n"


def _tables(database: Database) -> list[str]:
    """Every table, then the references that point at a table made after their own."""
    made: set[str] = set()
    created, late = [], []
    for table in database.tables:
        made.add(f"app.{table.name}")
        ready = tuple(key for key in table.foreign_keys if key.target in made)
        created.append(_table(table, ready))
        # Rows in a circle can be put in at once by whoever defers the check to the end of the transaction.
        late += [
            f"alter table app.{table.name} add {_foreign_key(key)} deferrable;"
            for key in table.foreign_keys
            if key not in ready
        ]
    return [*created, "\n".join(late)]


def _foreign_key(key: ForeignKey) -> str:
    target = f"references {key.target} (id) on delete {key.on_delete}"
    return f"constraint {key.name} foreign key ({key.column}) {target}"


def _table(table: Table, foreign_keys: tuple[ForeignKey, ...]) -> str:
    lines = [f"{each.name} {each.definition}" for each in table.columns]
    lines += [f"constraint {name} check ({condition})" for name, condition in table.checks]
    lines += [_foreign_key(key) for key in foreign_keys]
    body = indent(",\n".join(lines), "  ")
    return f"create table app.{table.name} (\n{body}\n);"


def _indexes(table: Table) -> str:
    lines = []
    for index in table.indexes:
        unique = "unique " if index.unique else ""
        method = "" if index.method == "btree" else f"using {index.method} "
        lines.append(f"create {unique}index {index.name} on app.{table.name} {method}({', '.join(index.columns)});")
    return "\n".join(lines)


def _security(table: Table, database: Database) -> str:
    name = f"app.{table.name}"
    owner = constraint_name(table.name, "owner")
    lines = [
        f"alter table {name} enable row level security;",
        f"alter table {name} force row level security;",
        f"create policy {owner} on {name} to current_role using (true) with check (true);",
    ]
    lines += [_policy(policy, name) for policy in database.policies if policy.table == table.name]
    return "\n".join(lines)


def _policy(policy: RowPolicy, table: str) -> str:
    clauses = [f"create policy {policy.name} on {table} for {policy.command}"]
    if policy.using is not None:
        clauses.append(f"  using ({policy.using})")
    if policy.check is not None:
        clauses.append(f"  with check ({policy.check})")
    return "\n".join(clauses) + ";"


def _outbox(database: Database) -> str:
    outbox = OUTBOX.replace("{followed}", _FOLLOWED if database.channels else "")
    return outbox + "\n".join(_policy(policy, "internal.outbox") for policy in database.emitting)


def _calls(database: Database) -> str:
    return CALLS + "\n".join(_policy(policy, "internal.calls") for policy in database.calling)


def _jobs(database: Database) -> str:
    return JOBS + "\n".join(
        f"insert into internal.jobs (name, due_at) values ({quoted(name)}, {due});" for name, due in database.jobs
    )


def _announced(database: Database) -> str:
    return CHANGES + "\n\n".join(_announcing(name, collections) for name, collections in database.announced)


def _announcing(name: str, collections: tuple[str, ...]) -> str:
    trigger = constraint_name(name, "changed")
    return (
        f"create trigger {trigger} after insert or update or delete or truncate on app.{name}\n"
        f"for each statement execute function internal.announce_changes({', '.join(map(quoted, collections))});\n"
        f"alter table app.{name} enable always trigger {trigger};"
    )


def _guard(guard: ColumnGuard, database: Database) -> str:
    allowed = indent(",\n".join(f"'{name}', '{','.join(columns)}'" for name, columns in guard.allowed), "  ")
    return (
        f"create trigger {constraint_name(guard.table, 'columns')} before update on app.{guard.table}\n"
        f"for each row when (current_user = '{database.name}_app') execute function app.guard_columns(\n{allowed}\n);"
    )


def _grants(database: Database) -> str:
    role = f"{database.name}_app"
    lines = [f"grant usage on schema app, internal to {role};"]
    lines += [_grant(grant, role) for grant in database.grants]
    lines.append(f"grant select, insert, update, delete on internal.rate_limits to {role};")
    if database.users:
        lines += [f"grant select, insert, update on internal.{table} to {role};" for table in _INTERNAL]
        lines.append(f"grant select, insert, update, delete on internal.login_attempts to {role};")
        lines.append(f"grant select, insert, delete on internal.api_keys to {role};")
        lines += [f"grant delete on internal.{table} to {role};" for table in _CLEANED]
    if database.emitting:
        settled = "attempts, due_at, state, settled_at"
        rights = f"select, insert (event, subject, payload), update ({settled}), delete"
        lines.append(f"grant {rights} on internal.outbox to {role};")
    if database.calling:
        settled = "attempts, due_at, state, outcome, settled_at"
        rights = f"select, insert (operation, call, input, named_rows), update ({settled}), delete"
        lines.append(f"grant {rights} on internal.calls to {role};")
    if database.channels:
        lines.append(f"grant select, insert, update, delete on internal.socket_tickets to {role};")
    if database.jobs:
        lines.append(f"grant select, update (due_at, claim, started_at, reached) on internal.jobs to {role};")
    return "\n".join(lines)


def _grant(grant: Grant, role: str) -> str:
    rights = ["select"]
    rights += ["insert"] if grant.insert else []
    rights += [f"update ({', '.join(grant.update)})"] if grant.update else []
    rights += ["delete"] if grant.delete else []
    return f"grant {', '.join(rights)} on app.{grant.table} to {role};"
