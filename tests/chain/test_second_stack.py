"""What the chain asks of a stack is in its run contract alone: here it runs one that no target writes."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest

from backwright.chain.contract import CONTRACT
from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain import Launch, find_runtime, run_command, start_postgres
from backwright.plan.build import compile_blueprint

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
        self.send_response(200 if self.path == "/ready" else 404)
        self.end_headers()

server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(7)
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    plan, problems = compile_blueprint(BLUEPRINT, "blueprint.yaml")
    assert plan, problems
    folder = tmp_path_factory.mktemp("plain") / "a project"
    write_project(render_project(plan, "express", BLUEPRINT), folder)
    (folder / CONTRACT).write_text(json.dumps(CONTRACT_OF_PYTHON))
    (folder / "step.py").write_text(STEP)
    (folder / "server.py").write_text(SERVER)
    (folder / "pyproject.toml").write_text('[project]\nname = "plain"\nversion = "1"\nrequires-python = ">=3.11"\n')
    python = find_runtime("python", (3, 11))
    run_command(Launch(python.command(("uv", "lock", "--offline")), folder, python.environment()))
    with start_postgres(tmp_path_factory.mktemp("cluster")) as postgres:
        system = ProjectSystem(folder, plan, postgres, tmp_path_factory.mktemp("logs"))
        system.install()
        yield system


def test_its_own_environment_runs_its_steps(system: ProjectSystem) -> None:
    assert system.run("test").output.strip() == str(system.folder / ".venv")


def test_steps_are_given_their_database(system: ProjectSystem) -> None:
    with system.database() as database:
        assert system.expect("migrate", database).output == f"migrated {database.migration}\n"
        assert system.expect("seed", database).output == f"seeded {database.application}\n"


def test_a_step_without_commands_is_done_and_one_ends_with_its_first_failure(system: ProjectSystem) -> None:
    assert (system.expect("build").code, system.expect("build").output) == (0, "")
    done = system.run("check")
    assert (done.code, done.output) == (1, "first\nsecond\n")


def test_its_server_answers_and_gets_the_signal_that_it_wants(system: ProjectSystem) -> None:
    with system.database() as database, system.serve(database) as server:
        with urllib.request.urlopen(f"{server.url}/ready", timeout=5) as answer:
            assert answer.status == 200
        assert server.stop() == 7
