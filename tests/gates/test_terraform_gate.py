"""The gate `infrastructure` reads the files for AWS, and catches what is planted in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.findings import Findings
from backwright.gates.infrastructure.terraform import terraform
from backwright.gates.infrastructure.tools import Work
from backwright.gates.machine import available
from tests.gates.copies import Edit, copy_of, said

CODE, FOLDER = "gate/infrastructure-terraform", "infrastructure/terraform"
READ: dict[str, tuple[str, Edit]] = {
    "no encryption": ("not encrypted", (f"{FOLDER}/database.tf", "= true\n  db_name", "= false\n  db_name")),
    "an open database": ("from everywhere", (f"{FOLDER}/database.tf", "ible             = false", "ible = true")),
    "a secret": (
        "holds a secret",
        (f"{FOLDER}/database.tf", "manage_master_user_password     = true", 'password = "x"'),
    ),
}
RUN: dict[str, tuple[str, Edit]] = {
    "another format": ("terraform fmt", (f"{FOLDER}/cache.tf", "  node_type  ", "  node_type")),
    "a field that nobody knows": ("terraform validate", (f"{FOLDER}/cache.tf", "node_type  ", "node_kind  ")),
    "no backup worth the name": (
        "taken back to any second",
        (f"{FOLDER}/database.tf", "= var.backup_days", "= min(var.backup_days, 1)"),
    ),
    "production may be deleted": (
        "of production may be lost",
        (
            f"{FOLDER}/database.tf",
            'deletion_protection             = var.environment == "production"',
            "deletion_protection             = false",
        ),
    ),
    "work for servers that cannot do it": (
        "may not be able",
        (f"{FOLDER}/service.tf", 'path                = "/readyz"', 'path                = "/livez"'),
    ),
}


def _found(system: ProjectSystem) -> Work:
    work = Work(system, Findings("infrastructure", "checks"))
    terraform(work)
    return work


def _complete(work: Work) -> bool:
    return "terraform" not in work.reason()


def test_the_shop_passes(shop: ProjectSystem) -> None:
    work = _found(shop)
    result = work.findings.result(work.reason())
    assert result.failures == ()
    assert result.count > 12
    assert _complete(work) or "was not run" in result.reason


@pytest.mark.parametrize("defect", READ)
def test_a_planted_defect_is_read(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    words, edit = READ[defect]
    assert words in said(_found(copy_of(shop, tmp_path, [edit])).findings.result(), CODE)


@pytest.mark.slow
@pytest.mark.skipif(not available("terraform"), reason="terraform is not on the PATH")
@pytest.mark.parametrize("defect", RUN)
def test_a_planted_defect_is_found_by_terraform(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    words, edit = RUN[defect]
    work = _found(copy_of(shop, tmp_path, [edit]))
    if not _complete(work) and "fmt" not in words:
        pytest.skip(work.reason())
    assert words in said(work.findings.result(), CODE)
