"""What the database page says."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.caching import cached
from backwright.lowering.relational.names import unquoted
from backwright.lowering.relational.tables import Table, tables
from backwright.lowering.seeds import seed_data
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan
from backwright.targets.documentation.dictionary import RelationView, TableView, relation_views, table_view
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.statements import examples

__all__ = ["DatabaseView", "database"]


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """`alone` are tables that no reference touches, `internal` those of the server with what they hold."""

    project: Project
    tables: tuple[TableView, ...]
    relations: tuple[RelationView, ...]
    alone: tuple[str, ...]
    internal: tuple[tuple[str, str], ...]
    seeded: tuple[tuple[str, int], ...]
    role: str
    is_announced: bool

    @property
    def last(self) -> str:
        """A table that a migration may be tried on."""
        return self.tables[-1].name


def database(plan: Plan, known: Project) -> DatabaseView:
    """The view."""
    found, seeds = tables(plan), seed_data(plan).tables
    rows = dict(seeds)
    relations = relation_views(found)
    return DatabaseView(
        project=known,
        tables=tuple(table_view(plan, each, examples(each, rows[f"app.{each.name}"])) for each in found),
        relations=relations,
        alone=tuple(unquoted(each.name) for each in found if not _touched(each, relations)),
        internal=tuple(_internal(plan)),
        seeded=tuple((".".join(map(unquoted, name.split("."))), len(rows)) for name, rows in seeds),
        role=plan.identity.roles[0] if plan.identity else "",
        is_announced=bool(cached(plan)),
    )


def _touched(table: Table, relations: tuple[RelationView, ...]) -> bool:
    name = f"app.{unquoted(table.name)}"
    return any(name in (each.holder, each.target) for each in relations)


_ACCOUNTS = (
    ("credentials", "password hashes, and since when an address is proven"),
    ("sessions", "who is signed in"),
    ("refresh_tokens", "digests of refresh tokens, used and unused"),
    ("one_time_tokens", "what links in mails prove"),
    ("mails", "mails on their way"),
    ("api_keys", "digests of API keys"),
    ("login_attempts", "wrong passwords, counted"),
    ("idempotency_keys", "keys of requests that are made once, with the answers that were given"),
)


def _internal(plan: Plan) -> list[tuple[str, str]]:
    found = [("rate_limits", "requests, counted; not written ahead, so a crash forgets it")]
    found += _ACCOUNTS if plan.identity else ()
    if emits(plan):
        found.append(("outbox", "events, committed with their causes"))
    if called(plan):
        found.append(("calls", "what outside systems are asked"))
    if plan.jobs:
        found.append(("jobs", "how far each job has come"))
    if plan.channels:
        found.append(("socket_tickets", "digests of tickets that open a socket"))
    return [(f"internal.{name}", meaning) for name, meaning in found]
