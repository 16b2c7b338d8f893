"""The gate `faults` passes the shop, and catches what is planted in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.faults import GATE, gate
from backwright.gates.faults.kept import answers_kept
from tests.gates.conftest import Ready
from tests.gates.copies import codes, copy_of

RENTALS = Path(__file__).parents[1] / "cases" / "rentals" / "blueprint.yaml"
DATABASE = "services/data/database.ts"
KEYS = "services/data/idempotency.ts"
STORE = "await tx.commit({ name: 'idempotency.store', text: idempotencyQueries.store, values: kept });"
COMMITTED_ANYWAY = """    this.#committed = true;
    const results = (await this.send(...statements, commit).catch(() => [])).slice(0, -1);"""
Edit = tuple[str, str, str]

DEFECTS: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "the answer is kept in a transaction of its own": (
        "gate/faults-ledger",
        (
            (
                KEYS,
                "import { type Context, type Transaction, transaction }",
                "import { type Context, type Transaction, transaction, write }",
            ),
            (
                KEYS,
                STORE,
                "await tx.commit();\n    await write(context, " + STORE.removeprefix("await tx.commit("),
            ),
        ),
    ),
    "no answer is kept": (
        "gate/faults-ledger",
        (
            (
                KEYS,
                STORE,
                "await tx.commit();\n    kept.length = 0;",
            ),
        ),
    ),
    "an operation is acknowledged though its commit failed": (
        "gate/faults-ledger",
        (
            (
                DATABASE,
                "    const results = (await this.send(...statements, commit)).slice(0, -1);",
                COMMITTED_ANYWAY,
            ),
        ),
    ),
    "a statement may take for ever": (
        "gate/faults-answer",
        (
            (DATABASE, "  query_timeout: settings.databaseTimeoutMs,\n", ""),
            (DATABASE, "  statement_timeout: Math.ceil(settings.databaseTimeoutMs * 0.9),\n", ""),
        ),
    ),
    "a database that is away is an internal error": (
        "gate/faults-answer",
        (
            (
                "services/data/failures.ts",
                "if (error instanceof Unreachable) return unavailable();",
                "if (error instanceof Unreachable) return error;",
            ),
        ),
    ),
    "nobody is told when to try again": (
        "gate/faults-answer",
        (("services/business/problem.ts", "{ headers: { 'Retry-After': '1' } }", "{}"),),
    ),
    "the server is always ready": (
        "gate/faults-health",
        (("api/routes/health.ts", "status === 'ready' ? 200 : 503", "status === 'ready' ? 200 : 200"),),
    ),
    "a connection that is gone stays in use": (
        "gate/faults-recovery",
        (
            (
                DATABASE,
                "client.on('error', forget).on('end', forget);",
                "client.on('error', () => forget).on('end', () => forget);",
            ),
        ),
    ),
    "a stop drops what is under way": (
        "gate/faults-answer",
        (
            (
                "api/main.ts",
                "  await drain(server);\n",
                "  if (!server.listening) await drain(server);\n  server.close();\n  server.closeAllConnections();\n",
            ),
        ),
    ),
    "a stop never ends": (
        "gate/faults-stop",
        (
            (
                "api/main.ts",
                "  await closeDatabase();\n",
                "  if (!server.listening) setInterval(() => undefined, 1000);\n  await closeDatabase();\n",
            ),
        ),
    ),
}


@pytest.mark.slow
def test_the_shop_passes(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed"
    assert result.count > 1000
    assert "not killed" not in result.reason
    assert "Nothing is written" not in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, planted: Callable[..., ProjectSystem]) -> None:
    code, edits = DEFECTS[defect]
    assert code in codes(GATE.run(planted(*edits)))


SETTLED: Edit = (
    "services/business/rent-held.ts",
    """update internal.calls set state = 'done', outcome = 'held', settled_at = now()
where id = $1::uuid and state = 'pending'
returning id""",
    "select $1::uuid",
)
SETTLE_HELD = "update internal.calls set state = 'done', outcome = 'held' where id = $1"
REACH_TOO_EARLY = """      await write(context, {
        name: 'reach',
        text: 'update internal.jobs set reached = $1 where claim = $2',
        values: [turn.row, turn.claim],
      });"""
BACKGROUND: dict[str, tuple[Edit, ...]] = {
    "a call is settled before what follows from it": (
        SETTLED,
        (
            "services/external/caller.ts",
            "    await transaction({ userId",
            f"    await this.write('settle', \"{SETTLE_HELD}\", call.id);\n    await transaction({{ userId",
        ),
    ),
    "a call is settled after what follows from it": (
        SETTLED,
        (
            "services/external/caller.ts",
            "(tx) => follow(tx, call));",
            f"(tx) => follow(tx, call));\n    await this.write('settle', \"{SETTLE_HELD}\", call.id);",
        ),
    ),
    "a job remembers the row that it was about to reach": (
        (
            "services/jobs/runner.ts",
            "      await transaction(context, (tx) => job.work(tx, turn));",
            f"{REACH_TOO_EARLY}\n      await transaction(context, (tx) => job.work(tx, turn));",
        ),
    ),
    "a job begins anew": (
        ("services/jobs/runner.ts", "values: [last] });", "values: [last === reached ? null : last] });"),
    ),
}
LIBRARY = Path(__file__).parents[1] / "cases" / "library" / "blueprint.yaml"
CACHE = "services/data/cache.ts"
TRIGGER = "alter table app.copies enable always trigger copies_changed;"
STALE: dict[str, Edit] = {
    "nobody says what is written": (
        "database/migrations/0001_initial.up.sql",
        TRIGGER,
        "drop trigger copies_changed on app.copies;",
    ),
    "an answer is kept that was on its way while something was written": (
        CACHE,
        "this.#listening && this.#loads.get(key) === load",
        "this.#listening",
    ),
    "an answer is given though nothing has been heard for long": (
        CACHE,
        "else if (kept && now < this.#certainUntil)",
        "else if (kept)",
    ),
}


@pytest.fixture(scope="module")
def rentals(ready: Ready) -> ProjectSystem:
    return ready(RENTALS)


@pytest.mark.slow
def test_the_rentals_pass(rentals: ProjectSystem) -> None:
    result = GATE.run(rentals)
    assert (result.status, result.failures) == ("passed", ())
    assert "Nothing is shown" not in result.reason
    assert "between a call and its outcome" not in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("defect", BACKGROUND)
def test_what_happens_twice_or_never_in_the_background_is_caught(
    defect: str, rentals: ProjectSystem, tmp_path: Path
) -> None:
    system = copy_of(rentals, tmp_path, BACKGROUND[defect])
    built = system.run("build")
    assert built.code == 0, built.output
    assert "gate/faults-background" in codes(GATE.run(system))


@pytest.fixture(scope="module")
def library(ready: Ready) -> ProjectSystem:
    """A project that keeps answers."""
    return ready(LIBRARY)


@pytest.mark.slow
def test_answers_that_are_kept_pass(library: ProjectSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_FAULTS", (answers_kept,))
    result = GATE.run(library)
    assert result.failures == ()
    assert result.count > 50


@pytest.mark.slow
@pytest.mark.parametrize("defect", STALE)
def test_an_answer_that_is_too_old_is_caught(
    defect: str, library: ProjectSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "_FAULTS", (answers_kept,))
    system = copy_of(library, tmp_path, [STALE[defect]])
    assert system.run("build").code == 0
    assert codes(GATE.run(system)) == {"gate/faults-stale"}
