"""Full-text search: its condition, and the function that finds rows past the policies (PostgreSQL, chapter 12)."""

from __future__ import annotations

from backwright.lowering.relational.columns import SEARCH
from backwright.lowering.relational.names import SCHEMA, qualified, table
from backwright.lowering.relational.tables import constraint_name
from backwright.lowering.wire.caching import is_open
from backwright.lowering.wire.lists import searched_fields
from backwright.plan.model import Entity, Plan

__all__ = ["search_condition", "search_functions"]


def search_condition(entity: Entity) -> str:
    """A condition in which `?` stands for the words.

    Under row-level security PostgreSQL uses an index only for operators that tell nothing of a row, and `@@` is not one
    of them. Where policies decide, the owner's function finds the ids, and the policies then hide what they hide.
    """
    rows = table(entity)
    return f"{rows}.{_matches('?')}" if is_open(entity) else f"{rows}.id in (select {_function(entity)}(?))"


def search_functions(plan: Plan) -> tuple[str, ...]:
    """The statements that create the functions which conditions call."""
    return tuple(
        f"create function {_function(entity)}(words text) returns setof uuid\n"
        "  language sql stable security definer set search_path = pg_catalog, pg_temp\n"
        f"  as $$ select id from {qualified(entity)} where {_matches('words')} $$;"
        for entity in plan.entities
        if searched_fields(entity) and not is_open(entity)
    )


def _matches(words: str) -> str:
    return f"{SEARCH} @@ websearch_to_tsquery('simple', {words})"


def _function(entity: Entity) -> str:
    return f"{SCHEMA}.{constraint_name(table(entity), 'matching')}"
