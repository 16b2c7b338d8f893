"""Stored fields that would share a column."""

from __future__ import annotations

from backwright.plan.draft import Draft
from backwright.plan.model import Reference
from backwright.plan.naming import snake

__all__ = ["columns"]


def columns(draft: Draft) -> None:
    """Report stored fields of one entity whose columns have the same name."""
    for entity in draft.entities.values():
        taken = {"id": "id", "created_at": "createdAt", "updated_at": "updatedAt"}
        for field in entity.fields:
            if field.name in taken.values():
                continue
            column = f"{snake(field.name)}_id" if isinstance(field.type, Reference) else snake(field.name)
            holder = taken.setdefault(column, field.name)
            # Those that differ in capitals and underscores only were reported with the names.
            if snake(holder) != snake(field.name) or column in ("created_at", "updated_at"):
                reason = f"'{field.name}' and '{holder}' would share the column '{column}'"
                draft.say("name/collision", reason, field.origin, "Choose another name.")
