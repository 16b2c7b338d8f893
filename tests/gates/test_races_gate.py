"""The gate `races` passes the shop, and catches what is planted in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.gates.races import GATE
from backwright.plan.build import compile_blueprint
from tests.pace import pace

MIGRATION = "database/migrations/0001_initial.up.sql"
ORDER = "services/business/place-order.ts"
KEYS = "services/data/idempotency.ts"
QUERIES = "database/queries/identity.ts"
RANGE = "\n  and (products.stock - wanted.stock) between 0 and 1000000"
Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "nothing keeps the stock above zero": (
        "gate/races-limit",
        (
            (ORDER, RANGE, ""),
            (MIGRATION, "check (stock between 0 and 1000000)", "check (stock between -1000000 and 1000000)"),
        ),
    ),
    "an order that finds no stock is refused with another error": (
        "gate/races-refusal",
        ((ORDER, RANGE, ""),),
    ),
    "each order takes one unit more than it says": (
        "gate/races-limit",
        ((ORDER, "set stock = products.stock - wanted.stock", "set stock = products.stock - wanted.stock - 1"),),
    ),
    "a stored answer is not used again": (
        "gate/races-key",
        ((KEYS, "if (same) return", "if (same === '') return"),),
    ),
    "two requests under one key run side by side": (
        "gate/races-key",
        ((KEYS, "if (lock?.rows[0]?.[0] !== 't') throw", "if (lock?.rows[0]?.[0] === 'never') throw"),),
    ),
    "a key with another payload gets the stored answer": (
        "gate/races-key",
        ((KEYS, "if (same === 'f') {", "if (same === 'never') {"),),
    ),
    "keys of different callers are one key": (
        "gate/races-key",
        (
            (
                "database/queries/idempotency.ts",
                "where user_id = $1 and operation = $2 and key = $3",
                "where ($1::uuid is null or true) and operation = $2 and key = $3",
            ),
            (
                MIGRATION,
                "using (user_id = (select app.user_id())) with check (user_id",
                "using (true) with check (user_id",
            ),
        ),
    ),
    "a request without a key is accepted": (
        "gate/races-key",
        (
            (
                KEYS,
                "if (header === undefined) throw badRequest(",
                "if (header === undefined) return 'none'; if (header === 'never') throw badRequest(",
            ),
        ),
    ),
    "nothing keeps others from a row while its version is compared": (
        "gate/races-version",
        (("database/queries/categories.ts", " for no key update", ""),),
    ),
    "a transition does not look at the state again when it writes": (
        "gate/races-transition",
        (
            (
                "services/business/pay-order.ts",
                "where orders.id = $1::uuid and orders.status in ('pending')",
                "where orders.id = $1::uuid",
            ),
            (
                MIGRATION,
                "(select app.operation()) = 'orders.pay' and status in ('pending') and",
                "(select app.operation()) = 'orders.pay' and",
            ),
        ),
    ),
    "a refresh token can be used again": (
        "gate/races-refresh",
        ((QUERIES, "set used_at = now() where digest", "set used_at = null where digest"),),
    ),
    "a refresh token that comes twice leaves its session alive": (
        "gate/races-refresh",
        (
            (
                QUERIES,
                "set revoked_at = now() where id = $1 and revoked_at is null",
                "set revoked_at = null where id = $1",
            ),
        ),
    ),
    "refresh tokens are not locked while they are exchanged": (
        "gate/races-refresh",
        ((QUERIES, "\nfor update of token", ""),),
    ),
    "a unique field has no unique index": (
        "gate/races-unique",
        ((MIGRATION, "create unique index products_sku_key", "create index products_sku_key"),),
    ),
    "a login can be registered twice": (
        "gate/races-unique",
        ((MIGRATION, "create unique index users_email_key", "create index users_email_key"),),
    ),
}
QUICK = "nothing keeps the stock above zero"


def test_the_shop_passes(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed"
    assert result.count > 600
    assert result.seconds < 40 * pace()


def test_a_plan_without_anything_to_compete_for_is_not_run(shop: ProjectSystem, tmp_path: Path) -> None:
    note = "{fields: {title: string(1..80)}, allow: {read: true, create: true}}"
    text = f"backwright: 1\napp: {{name: Shop}}\nentities: {{Note: {note}}}\n"
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    folder = tmp_path / "notes"
    write_project(render_project(plan, "express", text), folder)
    (folder / "node_modules").symlink_to(shop.folder / "node_modules")
    system = ProjectSystem(folder, plan, shop.postgres, tmp_path, shop.secrets)
    assert system.run("build").code == 0
    result = GATE.run(system)
    assert (result.status, result.count, bool(result.reason)) == ("not_run", 0, True)


def test_nothing_keeps_the_stock_above_zero(planted: Callable[..., ProjectSystem]) -> None:
    code, edits = DEFECTS[QUICK]
    assert code in _codes(planted(*edits))


@pytest.mark.slow
@pytest.mark.parametrize("defect", [name for name in DEFECTS if name != QUICK])
def test_a_planted_defect_is_caught(defect: str, planted: Callable[..., ProjectSystem]) -> None:
    code, edits = DEFECTS[defect]
    assert code in _codes(planted(*edits))


def _codes(system: ProjectSystem) -> set[str]:
    result = GATE.run(system)
    assert result.status == "failed"
    return {failure.code for failure in result.failures}
