"""The database folder that every stack shares: migrations and roles."""

from __future__ import annotations

import json

from backwright.lowering.database import database
from backwright.lowering.seeds import seed_data
from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.postgres.migration import down, roles, up

__all__ = ["write"]


def write(plan: Plan) -> FileSet:
    """The files below `database/`."""
    built = database(plan)
    return FileSet(
        (
            File("database/roles.sql", roles(built)),
            File("database/migrations/0001_initial.up.sql", up(built)),
            File("database/migrations/0001_initial.down.sql", down(built)),
            File("database/seeds/seeds.json", _seeds(plan)),
        )
    )


def _seeds(plan: Plan) -> str:
    """One row a line, so that a change of one row is a change of one line."""
    data = seed_data(plan)
    blocks = []
    for table, rows in data.tables:
        lines = ",\n".join(f"        {json.dumps(row, ensure_ascii=False)}" for row in rows)
        blocks.append(f'    {{\n      "table": {json.dumps(table)},\n      "rows": [\n{lines}\n      ]\n    }}')
    body = ",\n".join(blocks)
    return f'{{\n  "tables": [\n{body}\n  ],\n  "logins": {json.dumps(data.logins)}\n}}\n'
