"""The tests of a FastAPI backend notice defects: each is planted in a copy, and the tests of that place fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.system import Database

Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[Edit, str]] = {
    "a refresh token works twice": (
        ("services/security/sessions", 'used == "t" or live != "t"', 'live != "t"'),
        "integration/server/test_identity.py",
    ),
    "an unknown login is said": (
        (
            "services/security/sessions",
            '"The login or the password is wrong, or the address has not been verified."',
            'f"{aside.user_id is None}"',
        ),
        "integration/server/test_identity.py",
    ),
    "an ended session goes on": (
        (
            "services/security/remembered",
            "forget(self, key: str) -> None:\n        self._known.pop(key, None)",
            "forget(self, key: str) -> None:\n        pass",
        ),
        "integration/server/test_revocation.py",
    ),
    "sessions are trusted too long": (
        ("services/security/remembered", "TRUSTED_SECONDS = 4", "TRUSTED_SECONDS = 9"),
        "integration/server/test_revocation.py",
    ),
    "a token may come late": (("services/security/tokens", "claims.exp <= now or ", ""), "unit/test_tokens.py"),
    "a token is for anybody": (
        ("services/security/tokens", "(claims.iss, claims.aud)", "(NAME, NAME)"),
        "unit/test_tokens.py",
    ),
    "hashes wait without end": (
        ("services/security/passwords", "raise unavailable()", "pass"),
        "unit/test_passwords.py",
    ),
    "trailers are headers": (
        ("api/middleware/unreadable", "if self._in_head:\n", "if True:\n"),
        "integration/server/test_wire.py",
    ),
    "the first of two credentials counts": (
        ("api/middleware/body", "name in headers and name in SINGLE", "False"),
        "integration/server/test_wire.py",
    ),
    "nobody waits for a slow head": (
        ("api/middleware/unreadable", "HEAD_SECONDS = 10", "HEAD_SECONDS = 100"),
        "integration/server/test_wire.py",
    ),
    "a body may be larger": (
        ("api/middleware/body", "> settings.body_limit_bytes", "> 10**6"),
        "integration/server/test_transport.py",
    ),
    "a name may come twice": (
        ("api/middleware/strict_json", "len(value) < len(members)", "False"),
        "unit/test_strict_json.py",
    ),
    "the query is logged": (
        ("api/middleware/request_log", 'scope["raw_path"].decode("ascii")', 'str(scope["query_string"])'),
        "integration/server/test_log.py",
    ),
    "a stop is not announced": (("api/main", "        announce_stop()\n", ""), "integration/server/test_lifecycle.py"),
    "a stop that came too late is called a good one": (
        ("api/main", "os._exit, 1)", "os._exit, 0)"),
        "integration/server/test_lifecycle.py",
    ),
    "the last route of a path wins": (("api/dispatch", "min(found", "max(found"), "unit/test_dispatch.py"),
    "a stop cuts a head off": (
        ("api/middleware/unreadable", "self._in_head and self._head_bytes", "False"),
        "integration/server/test_lifecycle.py",
    ),
    "seeds reach production": (("database/seed", 'or "production"', 'or "test"'), "integration/server/test_seeding.py"),
    "a stall is waited out": (
        ("services/data/database", "                TIMEOUT,\n", "                60,\n"),
        "integration/server/test_outage.py",
    ),
    "an early break is not forgiven": (
        (
            "services/data/database",
            "    except Unreachable:\n        if time.monotonic() - started >= TIMEOUT / 2:\n            raise\n",
            "",
        ),
        "integration/server/test_outage.py",
    ),
    "pages overlap": (
        ("services/data/pages", 'sign = "<" if descending else ">"', 'sign = "<=" if descending else ">="'),
        "unit/test_pages.py",
    ),
    "pages of a collection overlap": (
        ("services/data/pages", 'sign = "<" if descending else ">"', 'sign = "<=" if descending else ">="'),
        "integration/test_products_list.py",
    ),
    "a role too many": (
        ("api/routes/categories", 'Annotated[Caller, only("staff", "admin")]', "Everyone"),
        "integration/test_categories.py",
    ),
    "a conflict without its member": (
        ("services/data/failures", 'index or ""', '""'),
        "integration/test_products.py",
    ),
    "null does not empty": (
        ("database/queries/products", 'patch."description"', 'coalesce(patch."description", description)'),
        "integration/test_products.py",
    ),
    "nothing is taken": (
        ("services/business/place_order", "set stock = products.stock - wanted.stock", "set stock = products.stock"),
        "integration/test_place_order.py",
    ),
    "nothing is given back": (
        ("services/business/cancel_order", "set stock = products.stock + wanted.stock", "set stock = products.stock"),
        "integration/test_orders_lifecycle.py",
    ),
    "a key is forgotten": (
        ("services/data/idempotency", "if stored.rows:", "if stored.rows and not payload:"),
        "integration/test_place_order.py",
    ),
    "nobody knows for whom": (
        ("services/data/database", "[BEGIN, context_statement(context)]", "[BEGIN]"),
        "integration/test_plain_transactions.py",
    ),
    "an order never ends": (
        ("services/business/deliver_order", "'delivered'", "'shipped'"),
        "e2e/test_story.py",
    ),
}


@pytest.fixture(scope="module")
def database(shop: ProjectSystem) -> Iterator[Database]:
    with shop.migrated() as migrated:
        yield migrated


def run(system: ProjectSystem, place: str, database: Database) -> int:
    return system.command(("pytest", f"tests/{place}"), environment=system.environment(database, 0)).code


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_fails_the_tests_of_its_place(
    name: str, shop: ProjectSystem, database: Database, tmp_path: Path
) -> None:
    (module, old, new), place = DEFECTS[name]
    folder = tmp_path / "planted"
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    os.symlink(shop.folder / ".venv", folder / ".venv")
    path = folder / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{module} does not say {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    system = ProjectSystem(folder, shop.plan, shop.postgres, tmp_path / "logs", shop.secrets)
    assert run(system, place, database) == 1


@pytest.mark.slow
def test_a_policy_that_shows_every_row_fails_the_tests(shop: ProjectSystem) -> None:
    with shop.migrated() as database:
        with psycopg.connect(database.admin) as admin:
            admin.execute("alter policy orders_read on app.orders using (true)")
        assert run(shop, "integration/test_orders.py", database) == 1


@pytest.mark.slow
@pytest.mark.parametrize("place", sorted({place for _, place in DEFECTS.values()}))
def test_without_a_defect_they_pass(place: str, shop: ProjectSystem, database: Database) -> None:
    assert run(shop, place, database) == 0
