"""What the workflows call does what it says, on a real PostgreSQL and with the project's own commands."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres_binaries import find_postgres
from backwright.chain.toolchain.runtimes import find_runtime
from backwright.gates.machine import available
from backwright.gates.system import Finished
from tests.gates.conftest import SHOP, Ready, plan, postgres, ready, secrets, shop
from tests.gates.copies import copy_of

__all__ = ["plan", "postgres", "ready", "secrets", "shop"]

SCRIPTS, MIGRATIONS = "infrastructure/ci-cd", "database/migrations"
UP = "begin;\nset local lock_timeout = '5s';\nalter table app.categories add column note text;\ncommit;\n"
DOWN = "begin;\nset local lock_timeout = '5s';\nalter table app.categories drop column note;\ncommit;\n"


def npm_words() -> tuple[str, ...]:
    """The npm that installs projects here."""
    return tuple(str(word) for word in find_runtime("node", (22, 12)).command(("npm",)))


def called(system: ProjectSystem, script: str, *arguments: str, **more: str) -> Finished:
    """Runs a script as a workflow does, as the administrator of the cluster."""
    server = urlsplit(system.postgres.base_url)
    settings = system.environment(None, 0) | {
        "PGHOST": str(server.hostname),
        "PGPORT": str(server.port),
        "PGUSER": str(server.username),
        "PGPASSWORD": str(server.password),
    }
    npm = system.scratch / "bin" / "npm"
    npm.parent.mkdir(parents=True, exist_ok=True)
    npm.write_text(f'#!/bin/sh\nexec {shlex.join(npm_words())} "$@"\n', encoding="utf-8")
    npm.chmod(0o755)
    programs = [str(find_postgres().program("psql").parent), str(Path(sys.executable).parent)]
    settings["PATH"] = os.pathsep.join([str(npm.parent), settings["PATH"], *programs])
    for name in ("PORT", "DATABASE_URL", "DATABASE_MIGRATION_URL"):
        settings.pop(name, None)
    if "PATH" in more:
        more["PATH"] = os.pathsep.join([more["PATH"], settings["PATH"]])
    return system.command(("sh", f"{SCRIPTS}/{script}", *arguments), 900.0, settings | more)


def apart(system: ProjectSystem, parent: Path) -> ProjectSystem:
    """A copy on a cluster of the same kind, whose roles' passwords the scripts may change."""
    return copy_of(system, parent)


def second(system: ProjectSystem, up: str = UP, down: str = DOWN) -> None:
    """One more migration."""
    folder = system.folder / MIGRATIONS
    (folder / "0002_notes.up.sql").write_text(up, encoding="utf-8")
    (folder / "0002_notes.down.sql").write_text(down, encoding="utf-8")


@pytest.fixture(scope="module")
def alone(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> ProjectSystem:
    """The shop; the scripts change the passwords of its roles on the cluster of this module."""
    return copy_of(shop, tmp_path_factory.mktemp("alone"))


def test_a_migration_with_a_way_back_is_rehearsed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    second(system)
    done = called(system, "rehearse.sh")
    assert done.code == 0, done.output
    assert done.output.count("reverted 0002_notes") == 2


LOSSES = {
    "an index of before": ("drop index app.categories_name_key;", "The schema after the way back"),
    "rows of before": ("truncate app.order_lines;", "The rows after the way back"),
    "values of before": (
        'alter table app.categories alter column name type text collate pg_catalog."C" using md5(name);',
        "The rows after the way back",
    ),
    "rights of before": ("revoke all on all tables in schema app from shop_app;", "The schema after the way back"),
}


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_a_way_back_that_loses_something_is_noticed(loss: str, alone: ProjectSystem, tmp_path: Path) -> None:
    statement, said = LOSSES[loss]
    system = apart(alone, tmp_path)
    second(system, down=DOWN.replace("commit;", f"{statement}\ncommit;"))
    done = called(system, "rehearse.sh")
    assert done.code != 0
    assert said in done.output, done.output


@pytest.mark.slow
def test_a_way_back_that_takes_nothing_back_is_noticed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    second(system, down="begin;\ncommit;\n")
    done = called(system, "rehearse.sh")
    assert done.code != 0
    assert "The schema after the way back" in done.output


@pytest.mark.slow
def test_a_migration_that_loses_rows_is_noticed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    second(system, up=UP.replace("commit;", "truncate app.order_lines;\ncommit;"))
    done = called(system, "rehearse.sh")
    assert done.code != 0
    assert "rows after the migration" in done.output


def test_the_checks_pass(shop: ProjectSystem) -> None:
    done = called(shop, "check.sh")
    assert done.code == 0, done.output


def test_the_bill_names_what_is_shipped(shop: ProjectSystem) -> None:
    done = called(shop, "bill.sh")
    assert done.code == 0, done.output
    bill = json.loads(done.output)
    named = {each["name"] for each in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert "pg" in named
    assert "typescript" not in named


def test_a_secret_that_git_would_take_is_noticed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    secret = system.folder / "config" / "production" / "live.env"
    secret.write_text("TOKEN_SECRET=x\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "--all", "--", "config", ".gitignore")):
        assert system.command(("git", *words)).code == 0
    done = called(system, "security.sh")
    assert done.code == 1
    assert "config/production/live.env" in done.output


def test_a_table_that_is_open_is_noticed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    second(system, up=UP.replace("add column note text", "no force row level security"))
    done = called(system, "security.sh")
    assert done.code == 1
    assert "app.categories has no forced row-level security" in done.output


def test_advisories_are_known_or_it_fails(shop: ProjectSystem) -> None:
    done = called(shop, "security.sh")
    assert done.code == 0 or "audit endpoint returned an error" in done.output, done.output


@pytest.mark.slow
def test_the_tests_pass(shop: ProjectSystem) -> None:
    done = called(shop, "test.sh")
    assert done.code == 0, done.output[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["express", "fastapi"])
def test_a_server_answers_as_its_document_says(stack: str, ready: Ready) -> None:
    done = called(ready(SHOP, stack), "contract.sh", EXAMPLES="1")
    assert done.code == 0, done.output[-3000:]
    assert done.output.count("Selected:") == 4


@pytest.mark.slow
def test_an_answer_that_no_document_has_is_noticed(alone: ProjectSystem, tmp_path: Path) -> None:
    system = apart(alone, tmp_path)
    path = system.folder / "api" / "documentation" / "openapi.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["paths"]["/categories"]["get"]["responses"]["422"]
    path.write_text(json.dumps(document), encoding="utf-8")
    done = called(system, "contract.sh", EXAMPLES="1")
    assert done.code == 1
    assert "Undocumented" in done.output


@pytest.mark.slow
def test_the_other_stack_has_the_same_scripts(ready: Ready) -> None:
    system = ready(SHOP, "fastapi")
    for script in ("check.sh", "rehearse.sh"):
        done = called(system, script)
        assert done.code == 0, done.output
    bill = json.loads(called(system, "bill.sh").output.partition("{")[2].join(["{", ""]))
    assert {"fastapi", "psycopg"} <= {each["name"] for each in bill["components"]}
    assert "pytest" not in {each["name"] for each in bill["components"]}


KUBECTL = """#!/bin/sh
# Overlays are built by the real program; there is no cluster, so what would be sent to one is written down.
case "$*" in
  kustomize*) exec "$REAL" "$@" ;;
  apply*) "$REAL" kustomize "$3" >>"$CALLS" ;;
  *"get job"*succeeded*) echo "${SUCCEEDED-1}" ;;
  *"get job"*) echo "${FAILED-}" ;;
  *"get deployment"*) if grep -q undo "$CALLS"; then echo "$OLDER"; else echo "$NEWER"; fi ;;
  *"rollout status"*) if [ -n "${STUCK-}" ] && ! grep -q undo "$CALLS"; then echo "$*" >>"$CALLS"; exit 1; fi ;;
esac
echo "$*" >>"$CALLS"
"""


OLDER, NEWER = "registry.example.com/shop:1.0.0", "registry.example.com/shop:2.0.0"


@pytest.fixture
def cluster(tmp_path: Path) -> dict[str, str]:
    """Variables with which the scripts talk to no cluster."""
    if not available("kubectl"):
        pytest.skip("kubectl is not on the PATH")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "kubectl"
    program.write_text(KUBECTL, encoding="utf-8")
    program.chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()
    return {
        "PATH": str(program.parent),
        "REAL": str(shutil.which("kubectl")),
        "CALLS": str(calls),
        "ENVIRONMENT": "staging",
        "OLDER": OLDER,
        "NEWER": NEWER,
    }


def _told(cluster: dict[str, str]) -> list[str]:
    return Path(cluster["CALLS"]).read_text(encoding="utf-8").splitlines()


def _called(shop: ProjectSystem, cluster: dict[str, str], script: str, *arguments: str, **more: str) -> Finished:
    settings = cluster | more
    program = f'PATH={settings["PATH"]}:$PATH exec sh {SCRIPTS}/{script} "$@"'
    environment = {**os.environ, **settings, "PATH": os.environ["PATH"]}
    return shop.command(("sh", "-c", program, "sh", *arguments), 60.0, environment)


def test_a_release_migrates_before_its_servers_come(shop: ProjectSystem, cluster: dict[str, str]) -> None:
    done = _called(shop, cluster, "deploy.sh", "registry.example.com/shop@sha256:" + "a" * 64)
    assert done.code == 0, done.output
    told = _told(cluster)
    images = [line.split("image: ")[1] for line in told if "image: " in line]
    assert images == ["registry.example.com/shop@sha256:" + "a" * 64] * 2
    kinds = [line for line in told if line.startswith("kind: ")]
    assert kinds.index("kind: Job") < kinds.index("kind: Deployment")
    assert "undo" not in "\n".join(told)


def test_a_migration_that_fails_brings_no_servers(shop: ProjectSystem, cluster: dict[str, str]) -> None:
    done = _called(shop, cluster, "deploy.sh", "r.example.com/shop:3", SUCCEEDED="", FAILED="True")
    assert done.code == 1
    assert "kind: Deployment" not in _told(cluster)


def test_servers_that_do_not_get_ready_make_room_for_the_old_ones(shop: ProjectSystem, cluster: dict[str, str]) -> None:
    done = _called(shop, cluster, "deploy.sh", "r.example.com/shop:3", STUCK="1")
    assert done.code == 1
    assert any("rollout undo deployment/shop" in line for line in _told(cluster))


def test_the_way_back_takes_migrations_back_by_the_image_that_has_them(
    shop: ProjectSystem, cluster: dict[str, str]
) -> None:
    done = _called(shop, cluster, "rollback.sh", OLDER, NEWER, "0003_third", "0002_second")
    assert done.code == 0, done.output
    told = _told(cluster)
    undone = next(at for at, line in enumerate(told) if "rollout undo" in line)
    jobs = [at for at, line in enumerate(told) if line == "kind: Job"]
    assert len(jobs) == 2
    assert undone < min(jobs)
    taken = [told[at + 1].strip() for at, line in enumerate(told) if line == "        - down"]
    assert taken == ["- 0003_third", "- 0002_second"]
    assert [line.split("image: ")[1] for line in told if "image: " in line] == ["registry.example.com/shop:2.0.0"] * 2


def test_the_way_back_goes_on_when_it_is_called_again(shop: ProjectSystem, cluster: dict[str, str]) -> None:
    assert _called(shop, cluster, "rollback.sh", OLDER, NEWER, "0002_second", SUCCEEDED="", FAILED="True").code == 1
    assert _called(shop, cluster, "rollback.sh", OLDER, NEWER, "0002_second").code == 0
    told = "\n".join(_told(cluster))
    assert told.count("rollout undo") == 1
    assert told.count("- 0002_second") == 2


def test_nothing_is_taken_back_unless_the_older_release_runs(shop: ProjectSystem, cluster: dict[str, str]) -> None:
    done = _called(shop, cluster, "rollback.sh", "registry.example.com/shop:0.9.0", NEWER, "0002_second")
    assert done.code == 1
    assert "kind: Job" not in _told(cluster)


@pytest.mark.parametrize(
    ("script", "argument", "more"),
    [
        ("deploy.sh", "shop", {}),
        ("deploy.sh", "shop:1|e touch x", {}),
        ("deploy.sh", "shop:1", {"ENVIRONMENT": "../production"}),
        ("rollback.sh", "1; reboot", {}),
    ],
)
def test_what_could_be_something_else_is_refused(
    script: str, argument: str, more: dict[str, str], shop: ProjectSystem, cluster: dict[str, str]
) -> None:
    before = (OLDER, NEWER) if script == "rollback.sh" else ()
    assert _called(shop, cluster, script, *before, argument, **more).code == 2
    assert _told(cluster) == []
