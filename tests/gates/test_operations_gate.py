"""The gate `operations` passes the shop on every stack, and catches what is planted in its scripts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.operations import GATE
from backwright.gates.operations.recovery import backup_and_restore, point_in_time
from backwright.gates.operations.rollback import rolled_back
from backwright.gates.operations.rotation import secrets_rotated
from tests.gates.conftest import SHOP, Ready
from tests.gates.copies import Edit, copy_of, said

FOLDER = "infrastructure/operations"
BACKUP, RESTORE, MOMENT, BACK, ROTATION = (
    f"gate/operations-{each}" for each in ("backup", "restore", "point-in-time", "rollback", "rotation")
)
PARTS = {
    BACKUP: backup_and_restore,
    RESTORE: backup_and_restore,
    MOMENT: point_in_time,
    BACK: rolled_back,
    ROTATION: secrets_rotated,
}
RESTORED = 'pg_restore --exit-on-error --single-transaction --dbname "$database" "$file"'
THEN = RESTORED + '\nquery --dbname "$database" --command "{}"'

DEFECTS: dict[str, tuple[str, str, Edit]] = {
    "a schema is left out": (
        RESTORE,
        "rows of internal.",
        (f"{FOLDER}/backup.sh", "--format custom", "--format custom --exclude-table-data 'internal.*'"),
    ),
    "everybody may read the backup": (BACKUP, "can read the backup", (f"{FOLDER}/backup.sh", "umask 077", "umask 022")),
    "rights are forgotten": (
        RESTORE,
        "rights or policies differ",
        (f"{FOLDER}/restore.sh", "--single-transaction", "--single-transaction --no-privileges"),
    ),
    "row-level security is off": (
        RESTORE,
        "row-level security is not forced",
        (f"{FOLDER}/restore.sh", RESTORED, THEN.format("alter table app.orders disable row level security")),
    ),
    "a policy is forgotten": (
        RESTORE,
        "rights or policies differ",
        (f"{FOLDER}/restore.sh", RESTORED, THEN.format("drop policy categories_read on app.categories")),
    ),
    "a policy lets everybody see": (
        RESTORE,
        "sees other rows of app.orders",
        (f"{FOLDER}/restore.sh", RESTORED, THEN.format("create policy all_of_it on app.orders using (true)")),
    ),
    "the new schema stays": (
        BACK,
        "not the older release's",
        (f"{FOLDER}/rollback.sh", '  node dist/database/migrate.js down "$name"\n', "  break\n"),
    ),
    "one migration stays": (
        BACK,
        "not the older release's",
        (f"{FOLDER}/rollback.sh", "-f 1 | sort -r)", "-f 1 | sort -r | head -n 1)"),
    ),
    "no release at all is gone back to": (
        BACK,
        "a folder without migrations",
        (f"{FOLDER}/rollback.sh", '[ "$count" -eq 0 ] || ! head', "! head"),
    ),
    "a key signs again": (
        ROTATION,
        "after another switch",
        (f"{FOLDER}/rotate-token-secret.sh", ' || [ "$taken" != prepare ]', ""),
    ),
    "a step that is taken twice closes the login in use": (
        ROTATION,
        "asked twice",
        (f"{FOLDER}/rotate-database-password.sh", 'if [ "$(connections "$other")" != 0 ]; then', "if false; then"),
    ),
    "the key before no longer holds": (
        ROTATION,
        "times 401",
        (f"{FOLDER}/rotate-token-secret.sh", "next=$accepted accepted=$signs signs=$next", "signs=$accepted accepted="),
    ),
    "the old login is closed too early": (
        ROTATION,
        "while servers use it",
        (f"{FOLDER}/rotate-database-password.sh", 'if [ "$used" != 0 ]', "if false"),
    ),
    "the new login acts for itself": (
        ROTATION,
        "whom no policy was made for",
        (
            f"{FOLDER}/rotate-database-password.sh",
            "select format('alter role %I set role",
            "select format('alter role %I set search_path",
        ),
    ),
    "recovery goes to the end": (
        MOMENT,
        "not those of the moment",
        (f"{FOLDER}/point-in-time.sh", "recovery_target_time = '$moment'\n", ""),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["express", "fastapi"])
def test_the_shop_passes(stack: str, ready: Ready) -> None:
    system = ready(SHOP, stack)
    system.full = True
    result = GATE.run(system)
    assert result.failures == ()
    assert result.count > 150


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    code, words, edit = DEFECTS[defect]
    result = replace(GATE, parts=(PARTS[code],)).run(copy_of(shop, tmp_path, [edit]))
    assert words in said(result, code), result.failures


def test_a_project_without_scripts_is_not_judged(shop: ProjectSystem, tmp_path: Path) -> None:
    system = copy_of(shop, tmp_path)
    (system.folder / FOLDER).rename(system.folder / "infrastructure" / "elsewhere")
    assert GATE.run(system).status == "not_run"
