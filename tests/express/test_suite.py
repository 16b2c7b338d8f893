"""The generated tests notice defects: each is planted in a copy of the shop, and the tests of that place must fail."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.system import Database
from tests.express.test_specimens import plan_of
from tests.targets.regenerate import ROOT, rendered

Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[Edit, str]] = {
    "a role too many": (("api/routes/categories", "only('staff', 'admin')", "everyone"), "categories"),
    "a conflict without its member": (("services/data/failures", "index ?? ''", "''"), "products"),
    "pages overlap": (("services/data/list", "descending ? '<' : '>'", "descending ? '<=' : '>='"), "products-list"),
    "null does not empty": (
        ("database/queries/products", 'patch."description"', 'coalesce(patch."description", description)'),
        "products",
    ),
    "nothing is taken": (
        ("services/business/place-order", "products.stock - wanted.stock", "products.stock - 0"),
        "place-order",
    ),
    "nothing is given back": (
        ("services/business/cancel-order", "products.stock + wanted.stock", "products.stock + 0"),
        "orders-lifecycle",
    ),
    "a key is forgotten": (("services/data/idempotency", "if (same)\n", "if (same && !body)\n"), "place-order"),
    "a refresh token works twice": (
        ("services/security/sessions", "used === 't' || live !== 't'", "live !== 't'"),
        "server/identity",
    ),
    "nobody knows for whom": (("services/data/database", "[begin, contextStatement(context)]", "[begin]"), "pipeline"),
    "a stop that came too late is called a good one": (
        ("api/main", "process.exit(1), settings", "process.exit(0), settings"),
        "server/draining",
    ),
    "a stop does not wait": (("api/main", "announceStop();", "process.exit(0);"), "server/lifecycle"),
}


@pytest.fixture(scope="module")
def database(shop: ProjectSystem) -> Iterator[Database]:
    with shop.migrated() as migrated:
        yield migrated


def run(system: ProjectSystem, place: str, database: Database) -> int:
    file = f"dist/tests/integration/{place}.test.js"
    assert (system.folder / file).exists(), file
    test = ("node", "--test", "--test-timeout=20000", file)
    return system.command(test, environment=system.environment(database, 0)).code


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_fails_the_tests_of_its_place(
    name: str, shop: ProjectSystem, database: Database, tmp_path: Path
) -> None:
    (module, old, new), place = DEFECTS[name]
    path = f"dist/{module}.js"
    folder = tmp_path / "planted"
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns("node_modules", "*.ts", "*.map"))
    os.symlink(shop.folder / "node_modules", folder / "node_modules")
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text, f"{path} does not say {old!r}"
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    system = ProjectSystem(folder, shop.plan, shop.postgres, tmp_path / "logs", shop.secrets)
    assert run(system, place, database) != 0


@pytest.mark.slow
def test_a_policy_that_shows_every_row_fails_the_tests(shop: ProjectSystem) -> None:
    with shop.migrated() as database:
        with psycopg.connect(database.admin) as admin:
            admin.execute("alter policy orders_read on app.orders using (true)")
        assert run(shop, "orders", database) != 0


@pytest.mark.slow
@pytest.mark.parametrize("place", sorted({place for _, place in DEFECTS.values()}))
def test_without_a_defect_they_pass(place: str, shop: ProjectSystem, database: Database) -> None:
    assert run(shop, place, database) == 0


@pytest.mark.parametrize("name", ["shop", "clinic", "library", "notes", "tasks"])
def test_a_plain_entity_is_tested_in_350_lines(name: str) -> None:
    path = ROOT / "examples" / name / "blueprint.yaml"
    path = path if path.exists() else ROOT / "tests" / "cases" / name / "blueprint.yaml"
    plan = plan_of(name)
    sizes = {
        file.path: file.content.count("\n") for file in rendered(path) if file.path.startswith("tests/integration/")
    }
    assert sizes
    assert {path: size for path, size in sizes.items() if size > 350} == {}
    assert plan.entities


@pytest.mark.parametrize("name", ["shop", "clinic", "corner", "library", "notes", "tasks"])
def test_titles_say_when_and_then_and_come_once(name: str) -> None:
    path = ROOT / "examples" / name / "blueprint.yaml"
    path = path if path.exists() else ROOT / "tests" / "cases" / name / "blueprint.yaml"
    for file in rendered(path):
        if file.path.endswith(".test.ts"):
            titles = re.findall(r"^ *test\(\s*(['\"`])(.*?)\1,", file.content, re.MULTILINE)
            assert titles, file.path
            assert all(re.fullmatch(r"when .*, then .*", title) for _, title in titles), file.path
            assert len(set(titles)) == len(titles), file.path
