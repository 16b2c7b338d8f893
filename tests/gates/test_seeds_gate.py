"""The gate `seeds` passes the shop, and catches what is planted in its seeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.seeds import GATE
from tests.gates.copies import copy_of, edit, said

Rows = list[dict[str, object]]
Tables = dict[str, Rows]


def _one_state(tables: Tables) -> None:
    for row in tables["app.orders"]:
        row["status"] = "pending"


def _no_descriptions(tables: Tables) -> None:
    for row in tables["app.products"]:
        row["description"] = None


def _few_categories(tables: Tables) -> None:
    kept = tables["app.categories"][:3]
    for row in tables["app.products"]:
        row["category_id"] = kept[0]["id"]
    tables["app.categories"][:] = kept


def _order_without_lines(tables: Tables) -> None:
    lines = tables["app.order_lines"]
    lines[:] = [row for row in lines if row["order_id"] != tables["app.orders"][0]["id"]]


def _line_of_nothing(tables: Tables) -> None:
    tables["app.order_lines"][0]["product_id"] = "00000000-0000-7000-8000-000000000000"


def _no_orders(tables: Tables) -> None:
    tables["app.order_lines"].clear()
    tables["app.orders"].clear()


def _an_admin_is_staff(tables: Tables) -> None:
    next(row for row in tables["app.users"] if row["role"] == "admin")["role"] = "staff"


DEFECTS: dict[str, tuple[Callable[[Tables], None], str, str]] = {
    "a state that no row has": (_one_state, "gate/seeds-values", "'status' paid, shipped, delivered, cancelled"),
    "a field that no row fills": (_no_descriptions, "gate/seeds-values", "has a value in 'description'"),
    "too few rows": (_few_categories, "gate/seeds-rows", "app.categories has 3 rows"),
    "a whole without parts": (_order_without_lines, "gate/seeds-reference", "1 rows of app.orders have fewer than 1"),
    "a list that shows nothing": (_no_orders, "gate/seeds-list", "GET /v1/orders shows nothing to anybody"),
    "a demo login with another role": (_an_admin_is_staff, "gate/seeds-login", "should have the role 'admin'"),
}


def change_rows(folder: Path, change: Callable[[Tables], None]) -> None:
    """Other seeds."""
    path = folder / "database/seeds/seeds.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change({each["table"]: each["rows"] for each in document["tables"]})
    document["tables"] = [each for each in document["tables"] if each["rows"]]
    path.write_text(json.dumps(document), encoding="utf-8")


def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 100


@pytest.mark.parametrize("name", DEFECTS)
def test_catches(name: str, shop: ProjectSystem, tmp_path: Path) -> None:
    change, code, words = DEFECTS[name]
    system = copy_of(shop, tmp_path)
    change_rows(system.folder, change)
    assert words in said(GATE.run(system), code)


def test_catches_a_reference_to_nothing_where_no_foreign_key_does(shop: ProjectSystem, tmp_path: Path) -> None:
    key = "constraint order_lines_product_id_fkey foreign key (product_id) references app.products (id) "
    system = copy_of(shop, tmp_path)
    edit(system.folder / "database/migrations/0001_initial.up.sql", f"{key}on delete restrict", "check (true)")
    change_rows(system.folder, _line_of_nothing)
    assert "1 rows of app.order_lines refer by product_id" in said(GATE.run(system), "gate/seeds-reference")


def test_catches_seeds_that_do_not_load(shop: ProjectSystem, tmp_path: Path) -> None:
    system = copy_of(shop, tmp_path)
    change_rows(system.folder, _line_of_nothing)
    assert "the first loading of the seeds" in said(GATE.run(system), "gate/seeds-load")


def test_catches_seeds_that_change_what_is_there(shop: ProjectSystem, tmp_path: Path) -> None:
    system = copy_of(shop, tmp_path)
    again = "on conflict (id) do update set updated_at = now()"
    edit(system.folder / "dist/database/seed.js", "on conflict (id) do nothing", again)
    assert "loading the seeds again changes app.users" in said(GATE.run(system), "gate/seeds-repeat")


def test_catches_a_demo_login_that_is_refused(shop: ProjectSystem, tmp_path: Path) -> None:
    system = copy_of(shop, tmp_path)
    edit(system.folder / ".backwright/run.json", "admin@example.com", "nobody@example.com")
    found = said(
        GATE.run(ProjectSystem(system.folder, shop.plan, shop.postgres, tmp_path, shop.secrets)), "gate/seeds-login"
    )
    assert "nobody@example.com cannot log in: 401" in found
