"""A stack that no target writes, in plain Python: what the chain asks of a stack is in the run contract alone."""

from __future__ import annotations

import json
from pathlib import Path

from backwright.chain.contract import CONTRACT
from backwright.chain.generate import render_project, write_project
from backwright.chain.project import Project, open_project
from backwright.chain.toolchain import Launch, find_runtime, run_command
from backwright.plan.build import compile_blueprint

__all__ = ["plain_project"]

BLUEPRINT = "backwright: 1\napp: {name: Notes}\nentities: {Note: {fields: {text: string}, allow: {read: true}}}\n"
CONTRACT_OF_PYTHON = {
    "stack": "plain",
    "application": "notes",
    "runtime": {"name": "python", "at_least": "3.11"},
    "packages": {"locks": ["pyproject.toml", "uv.lock"], "folder": ".venv", "programs": ".venv/bin"},
    "derived": [".venv"],
    "install": ["uv", "sync", "--locked"],
    "build": [],
    "check": [
        ["python", "-c", "print('first')"],
        ["python", "-c", "exit('second')"],
        ["python", "-c", "print('third')"],
    ],
    "migrate": ["python", "step.py", "migrated", "DATABASE_MIGRATION_URL"],
    "rollback": [],
    "seed": ["python", "step.py", "seeded", "DATABASE_URL"],
    "start": ["python", "server.py"],
    "test": ["python", "-c", "import sys; print(sys.prefix)"],
    "stop": "SIGINT",
    "env": {"PORT": "{port}", "DATABASE_URL": "{application_url}", "DATABASE_MIGRATION_URL": "{migration_url}"},
    "health": "/ready",
    "openapi": "openapi.json",
    "logins": [],
}
STEP = "import os, sys\nprint(sys.argv[1], os.environ[sys.argv[2]])\n"
SERVER = """import http.server, os, sys

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/crash":
            print("a last word", flush=True)
            os._exit(3)
        self.send_response(200 if self.path == "/ready" else 404)
        self.end_headers()

server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(7)
"""


def plain_project(folder: Path, *, packages: bool = False) -> Project:
    """The project written to `folder`; with the lock of its packages where they will be installed."""
    plan, problems = compile_blueprint(BLUEPRINT, "blueprint.yaml")
    assert plan, problems
    write_project(render_project(plan, "express", BLUEPRINT), folder)
    (folder / CONTRACT).write_text(json.dumps(CONTRACT_OF_PYTHON))
    (folder / "step.py").write_text(STEP)
    (folder / "server.py").write_text(SERVER)
    (folder / "pyproject.toml").write_text('[project]\nname = "plain"\nversion = "1"\nrequires-python = ">=3.11"\n')
    if packages:
        python = find_runtime("python", (3, 11))
        done = run_command(Launch(python.command(("uv", "lock", "--offline")), folder, python.environment()))
        assert done.code == 0, done.output
    return open_project(folder)
