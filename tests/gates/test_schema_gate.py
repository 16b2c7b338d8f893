"""The gate `schema` passes the shop, and catches what is planted in its migrations."""

from __future__ import annotations

import pytest

from backwright.chain.system import ProjectSystem
from backwright.diagnostics.evidence import GateResult
from backwright.gates.schema import GATE
from tests.gates.copies import Edit, codes, copy_of, said

UP = "database/migrations/0001_initial.up.sql"
DOWN = "database/migrations/0001_initial.down.sql"

# One edit, the code it leads to, and words that say where.
DEFECTS: dict[str, tuple[Edit, str, str]] = {
    "no index on a foreign key": (
        (UP, "create index order_lines_product_id_idx on app.order_lines (product_id, id);\n", ""),
        "gate/schema-index",
        "app.order_lines begins with product_id",
    ),
    "row-level security is not forced": (
        (UP, "alter table app.categories force row level security;\n", ""),
        "gate/schema-row-security",
        "not forced on app.categories",
    ),
    "a unique field is not unique": (
        (UP, "create unique index products_sku_key", "create index products_sku_key"),
        "gate/schema-unique",
        "app.products covers exactly sku",
    ),
    "words are in no index": (
        (UP, "create index products_search_idx on app.products using gin (_search);\n", ""),
        "gate/schema-search",
        "holds the words of description",
    ),
    "a range is wider than it should be": (
        (UP, "check (stock between 0 and 1000000)", "check (stock between -1 and 1000000)"),
        "gate/schema-limit",
        "app.products.stock accepts -1",
    ),
    "a range is narrower than it should be": (
        (UP, "check (quantity between 1 and 99)", "check (quantity between 1 and 98)"),
        "gate/schema-limit-too-tight",
        "app.order_lines.quantity refuses 99",
    ),
    "a reference has no foreign key": (
        (
            UP,
            "constraint orders_customer_id_fkey foreign key (customer_id) references app.users (id) on delete restrict",
            "constraint orders_customer_id_fkey check (customer_id is not null)",
        ),
        "gate/schema-foreign-key",
        "app.orders.customer_id has no foreign key",
    ),
    "money is a floating point number": (
        (UP, "  price numeric(14, 2) not null", "  price double precision not null"),
        "gate/schema-number",
        "app.products.price is double precision",
    ),
    "a required field may be null": (
        (UP, '  email text collate "C" not null', '  email text collate "C"'),
        "gate/schema-table",
        "app.users.email accepts null",
    ),
    "the server's role may create tables": (
        (
            UP,
            "grant usage on schema app, internal to shop_app;",
            "grant usage, create on schema app, internal to shop_app;",
        ),
        "gate/schema-role",
        "create table app.gate_probe",
    ),
    "a column that a linter warns of": (
        (UP, "  status bigint not null", "  status integer not null"),
        "gate/schema-lint",
        "prefer-bigint-over-int",
    ),
    "down leaves a function behind": (
        (
            UP,
            "create schema internal;",
            "create schema internal;\ncreate or replace function public.forgotten() returns int language sql return 1;",
        ),
        "gate/schema-down",
        "function forgotten() is left over",
    ),
}


@pytest.fixture(scope="module")
def defective(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> GateResult:
    """The gate on a shop with all of the defects at once: each must be told apart."""
    return GATE.run(copy_of(shop, tmp_path_factory.mktemp("schema"), [defect for defect, _, _ in DEFECTS.values()]))


def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 300


@pytest.mark.parametrize("name", DEFECTS)
def test_catches(name: str, defective: GateResult) -> None:
    _, code, words = DEFECTS[name]
    assert defective.status == "failed"
    assert words in said(defective, code)


def test_names_the_line_of_the_blueprint(defective: GateResult) -> None:
    unique = next(failure for failure in defective.failures if failure.code == "gate/schema-unique")
    assert unique.origin.file.endswith("blueprint.yaml")
    assert unique.origin.line > 0


def test_catches_a_way_back_that_fails(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> None:
    defect = (DOWN, "drop schema app cascade;", "drop schema app restrict;")
    result = GATE.run(copy_of(shop, tmp_path_factory.mktemp("down"), [defect]))
    assert "`rollback` ended with exit code" in said(result, "gate/schema-migration")


def test_catches_a_rule_switched_off_without_reason(
    shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    system = copy_of(shop, tmp_path_factory.mktemp("rule"))
    path = system.folder / UP
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[1].startswith("-- squawk-ignore-file")
    path.write_text("".join(["\n", *lines[1:]]), encoding="utf-8")
    assert "switches a rule off" in said(GATE.run(system), "gate/schema-lint-off")


def test_is_red_without_migrations(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> None:
    system = copy_of(shop, tmp_path_factory.mktemp("none"))
    (system.folder / UP).unlink()
    assert codes(GATE.run(system)) == {"gate/schema-migration"}
