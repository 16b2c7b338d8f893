"""`tests/support/rows.ts`: one function per entity that inserts a usual row, and signing in."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.suites.rows import accounts, factories, scarce_tables
from backwright.plan.model import Plan
from backwright.targets.express import text
from backwright.targets.express.tests.expressions import Expressions

__all__ = ["RowsView", "rows_view"]

_DRAWING = ("inTurn", "pick", "someDay", "someNumber", "unique")


@dataclass(frozen=True, slots=True)
class FactoryView:
    """A function that inserts a row."""

    entity: str
    table: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsView:
    """The module."""

    imports: tuple[str, ...]
    factories: tuple[FactoryView, ...]
    users: str | None
    registration: tuple[str, ...]
    login: str
    login_value: str
    scarce: str


def rows_view(plan: Plan) -> RowsView:
    """All factories, in the author's order."""
    printer = Expressions()
    made = tuple(
        FactoryView(each.entity, each.table, tuple(f"{member}," for member in printer.members(each.members)))
        for each in factories(plan)
    )
    users, scarce = accounts(plan), scarce_tables(plan)
    login = printer.print(users.login_value) if users else ""
    profile = tuple(printer.members(users.profile)) if users else ()
    words = [name for name in _DRAWING if name in printer.used]
    imports = ["import { beforeEach } from 'node:test';"] if scarce else []
    imports += [f"import {{ insert, {'query, ' if scarce else ''}type Row }} from './database.js';"]
    imports += ["import { type Account, openSession } from './sessions.js';"] if users else []
    imports += [text.import_line(words, "./unique.js")] if words else []
    return RowsView(
        imports=tuple(imports),
        factories=made,
        users=users.entity if users else None,
        registration=profile,
        login=users.login if users else "",
        login_value=login,
        scarce=", ".join(scarce),
    )
