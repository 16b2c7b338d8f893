"""The chain runs a stack that it knows from its run contract alone."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import psycopg
import pytest

from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain import start_postgres
from tests.chain.plain import plain_project


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    project = plain_project(tmp_path_factory.mktemp("plain") / "a project", packages=True)
    with start_postgres(tmp_path_factory.mktemp("cluster")) as postgres:
        system = ProjectSystem(project.folder, project.plan, postgres, tmp_path_factory.mktemp("logs"))
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


def test_on_a_named_server_nobody_takes_the_passwords_of_others(
    system: ProjectSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKWRIGHT_POSTGRES_URL", system.postgres.url())
    with system.database() as database:
        with system.apart() as (beside, cluster):
            assert (beside.postgres.process, cluster) == (None, None)
        for url in (database.migration, database.application):
            with psycopg.connect(url) as connection:
                assert connection.execute("select 1").fetchone() == (1,)
