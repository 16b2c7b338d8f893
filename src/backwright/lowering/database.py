"""A plan as one database: everything that the migration, the seeds and the statements agree on."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import combining, normalize

from backwright.lowering.caching import announced
from backwright.lowering.relational.calls import calling_policies
from backwright.lowering.relational.channels import listening
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.jobs import first_due
from backwright.lowering.relational.names import qualified, snake
from backwright.lowering.relational.outbox import emitting_policies
from backwright.lowering.relational.policies import ColumnGuard, Grant, RowPolicy, column_guards, grants, row_policies
from backwright.lowering.relational.search import search_functions
from backwright.lowering.relational.tables import Table, tables
from backwright.plan.model import Plan

__all__ = ["Database", "application_name", "database"]


@dataclass(frozen=True, slots=True)
class Database:
    """`name` prefixes the roles; `users` is the table of accounts; `readers` are functions past the policies.

    `emitting` are the policies of the outbox, `calling` those of the calls; without any there is no such table.
    `channels` says whether servers follow the outbox for sockets.
    `jobs` are names and when each is due first.
    `announced` are tables whose changes servers hear of, with the collections that they keep answers of.
    """

    name: str
    tables: tuple[Table, ...]
    policies: tuple[RowPolicy, ...]
    guards: tuple[ColumnGuard, ...]
    grants: tuple[Grant, ...]
    readers: tuple[str, ...]
    users: str | None
    emitting: tuple[RowPolicy, ...]
    calling: tuple[RowPolicy, ...]
    channels: bool
    jobs: tuple[tuple[str, str], ...]
    announced: tuple[tuple[str, tuple[str, ...]], ...]


_LONGEST_NAME = 40


def application_name(plan: Plan) -> str:
    """The application's name as an identifier, short enough to begin the names of roles and databases."""
    plain = "".join(letter for letter in normalize("NFKD", plan.name) if not combining(letter))
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plain).split()
    name = snake("_".join(words)) or "app"
    return (name if name[0].isalpha() else f"app_{name}")[:_LONGEST_NAME].rstrip("_")


def database(plan: Plan) -> Database:
    """The whole of it."""
    conditions = Conditions(plan)
    policies = row_policies(plan, conditions)
    emitting, calling = emitting_policies(plan, conditions), calling_policies(plan, conditions)
    channels = listening(plan, conditions)
    return Database(
        name=application_name(plan),
        tables=tables(plan),
        policies=policies,
        guards=column_guards(plan),
        grants=grants(plan),
        readers=(*conditions.readers(), *search_functions(plan)),
        users=qualified(plan.entity(plan.identity.entity)) if plan.identity else None,
        emitting=emitting,
        calling=calling,
        channels=bool(channels),
        jobs=tuple((job.name, first_due(job)) for job in plan.jobs),
        announced=announced(plan),
    )
