"""The generated tests notice defects: each is planted in a copy of the shop, and the tests of that place must fail."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from tests.express.test_specimens import plan_of
from tests.targets.regenerate import ROOT, rendered

Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[Edit, str]] = {
    "everybody sees every row": (
        (
            "database/migrations/0001_initial.up.sql",
            "orders for select\n  using (",
            "orders for select\n  using (true or ",
        ),
        "integration/orders",
    ),
    "a role too many may create": (
        ("api/routes/categories.ts", ".post('/categories', only('staff', 'admin')", ".post('/categories', everyone"),
        "integration/categories",
    ),
    "a refused value keeps its place a secret": (
        ("services/data/failures.ts", "uniqueMembers[index ?? ''] ?? []", "uniqueMembers[''] ?? []"),
        "integration/products",
    ),
    "the next page begins with the last row": (
        ("services/data/list.ts", "descending ? '<' : '>'", "descending ? '<=' : '>='"),
        "integration/products",
    ),
    "null does not empty": (
        ("database/queries/products.ts", 'patch."description"', 'coalesce(patch."description", products.description)'),
        "integration/products",
    ),
    "stock is not taken": (
        ("services/business/place-order.ts", "products.stock - wanted.stock", "products.stock - 0"),
        "integration/place-order",
    ),
    "a key is forgotten": (
        ("services/data/idempotency.ts", "if (known) return", "if (known && !body) return"),
        "integration/place-order",
    ),
    "any state may move": (
        ("services/business/perform.ts", "if (movable !== 't')", "if (movable === 'x')"),
        "integration/orders-lifecycle",
    ),
    "a refresh token works twice": (
        ("services/security/sessions.ts", "used === 't' || live !== 't'", "live !== 't'"),
        "integration/identity",
    ),
    "an expired token holds": (
        ("services/security/tokens.ts", "claims.exp > now", "claims.exp > 0"),
        "unit/tokens",
    ),
    "plain transactions lose their context": (
        (
            "services/data/database.ts",
            "this.#prologue = [begin, contextStatement(context)]",
            "this.#prologue = [begin]",
        ),
        "integration/pipeline",
    ),
    "a stop does not wait": (
        ("api/main.ts", "announceStop();", "process.exit(0);"),
        "integration/lifecycle",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_fails_the_tests_of_its_place(name: str, shop: ProjectSystem, tmp_path: Path) -> None:
    (path, old, new), place = DEFECTS[name]
    folder = tmp_path / "planted"
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns("node_modules"))
    os.symlink(shop.folder / "node_modules", folder / "node_modules")
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path} does not say {old!r}"
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    system = ProjectSystem(folder, shop.plan, shop.postgres, tmp_path / "logs", shop.secrets)
    system.command(
        ("node", "node_modules/typescript/bin/tsc", "--noUnusedLocals", "false", "--noUnusedParameters", "false")
    )
    with system.migrated() as database:
        test = ("node", "--test", f"dist/tests/{place}.test.js")
        assert system.command(test, environment=system.environment(database, 0)).code != 0
    with shop.migrated() as database:
        assert shop.command(test, environment=shop.environment(database, 0)).code == 0


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


@pytest.mark.parametrize("name", ["shop", "clinic", "library", "notes", "tasks"])
def test_titles_say_when_and_then_and_come_once(name: str) -> None:
    path = ROOT / "examples" / name / "blueprint.yaml"
    path = path if path.exists() else ROOT / "tests" / "cases" / name / "blueprint.yaml"
    for file in rendered(path):
        if file.path.endswith(".test.ts"):
            titles = re.findall(r"^ *test\(\s*(['\"`])(.*?)\1,", file.content, re.MULTILINE)
            assert titles, file.path
            assert all(re.fullmatch(r"when .*, then .*", title) for _, title in titles), file.path
            assert len(set(titles)) == len(titles), file.path
