"""The gate `build` passes the shop, and catches what is planted in its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.diagnostics.evidence import GateResult
from backwright.gates.build import GATE
from backwright.gates.build.comments import check_comments
from backwright.gates.build.sources import Source
from backwright.gates.findings import Findings
from tests.gates.copies import Edit, copy_of, edit, said

EDITS: tuple[Edit, ...] = (
    ("api/server.ts", "const server =", "// TODO: tell the load balancer\n    const server ="),
    ("services/data/uuid.ts", "import ", "export const spare = 1;\nimport "),
    ("package.json", '"express":', '"left-pad": "1.3.0",\n    "express":'),
)


@pytest.fixture(scope="module")
def defective(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> GateResult:
    """The gate on a shop with several defects at once."""
    system = copy_of(shop, tmp_path_factory.mktemp("build"), EDITS)
    (system.folder / "services/business/orphan.ts").write_text("export const orphan = 1;\n", encoding="utf-8")
    return GATE.run(system)


def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 50


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("gate/build-unused", "services/business/orphan.ts is imported by nobody"),
        ("gate/build-unused", "offers 'spare'"),
        ("gate/build-unused", "depends on 'left-pad'"),
        ("gate/build-left-open", "api/server.ts"),
    ],
)
def test_catches(code: str, words: str, defective: GateResult) -> None:
    assert words in said(defective, code)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("export function uuidv7", "export const wrong: number = 'text';\nexport function uuidv7", "TS2322"),
        ("export function uuidv7", "export  function uuidv7", "format"),
    ],
    ids=["a wrong type", "another format"],
)
def test_catches_what_the_project_itself_checks(
    old: str, new: str, words: str, shop: ProjectSystem, tmp_path: Path
) -> None:
    system = copy_of(shop, tmp_path)
    edit(system.folder / "services/data/uuid.ts", old, new)
    assert words in said(GATE.run(system), "gate/build-check")


@pytest.mark.parametrize(("comments", "failures"), [(10, 0), (11, 1)])
def test_catches_too_many_comments(comments: int, failures: int) -> None:
    lines = ["// why"] * (comments - 2) + ["/* because", "   of it */"] + ["call();"] * (100 - comments)
    findings = Findings("build", "files")
    check_comments((Source("a.ts", "typescript", "\n".join(lines)),), findings)
    assert findings.failures == failures
