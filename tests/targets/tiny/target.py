"""The smallest stack there can be: migrations work, and every route says that it is not there yet."""

from __future__ import annotations

from importlib.resources import files

from backwright.lowering.configuration import variables
from backwright.lowering.database import application_name
from backwright.plan.model import Plan
from backwright.render import File, FileSet

__all__ = ["contract", "write"]

MIGRATE = """import os
import sys
from pathlib import Path

import psycopg

with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"], autocommit=True) as connection:
    connection.execute("set role {owner}")
    for path in sorted(Path("database/migrations").glob(f"*.{{sys.argv[1]}}.sql")):
        connection.execute(path.read_bytes())
"""

SEED = """import json
import os
from pathlib import Path

import psycopg

seeds = json.loads(Path("database/seeds/seeds.json").read_text())
with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"]) as connection:
    connection.execute("set role {owner}")
    for table, rows in ((each["table"], each["rows"]) for each in seeds["tables"]):
        columns = ", ".join(f'"{{name}}"' for name in rows[0])
        source = f"select {{columns}} from jsonb_populate_recordset(null::{{table}}, %s)"
        connection.execute(f"insert into {{table}} ({{columns}}) {{source}}", [json.dumps(rows)])
"""

SERVER = """import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class NotYet(BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200 if self.path == "/readyz" else 501)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = answer


ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), NotYet).serve_forever()
"""


def write(plan: Plan) -> FileSet:
    """Three programs, and the packages that they need."""
    runtime = files("backwright.targets.fastapi") / "runtime"
    locks = (File(name, (runtime / name).read_text(encoding="utf-8")) for name in ("pyproject.toml", "uv.lock"))
    owner = f"{application_name(plan)}_owner"
    programs = {"migrate.py": MIGRATE.format(owner=owner), "seed.py": SEED.format(owner=owner), "server.py": SERVER}
    return FileSet((*locks, *(File(path, text) for path, text in programs.items())))


def contract(plan: Plan) -> dict[str, object]:
    """How it is installed, migrated and started."""
    return {
        "runtime": {"name": "python", "at_least": "3.11"},
        "packages": {"locks": ["pyproject.toml", "uv.lock"], "folder": ".venv", "programs": ".venv/bin"},
        "derived": [".venv"],
        "install": ["uv", "sync", "--frozen"],
        "build": [],
        "check": [],
        "migrate": ["python", "migrate.py", "up"],
        "rollback": ["python", "migrate.py", "down"],
        "seed": ["python", "seed.py"],
        "start": ["python", "server.py"],
        "test": [],
        "stop": "SIGTERM",
        "env": {"HOST": "127.0.0.1", "PORT": "{port}", "DATABASE_MIGRATION_URL": "{migration_url}"},
        "health": "/readyz",
        "openapi": "api/documentation/openapi.json",
        "asyncapi": None,
        "manual": {"needs": "Python", "prefix": "uv run ", "ships": "everything", "environment": "ENVIRONMENT"},
        "variables": list(variables(plan, "ENVIRONMENT")),
    }
