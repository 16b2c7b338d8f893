"""The gate `tests` counts what ran, and is red where something failed or nothing ran."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.tests import GATE
from backwright.gates.tests.summary import Summary, summary
from tests.gates.copies import codes, copy_of, said

SPEC = """\
✔ adds (1.2ms)
✖ subtracts (0.5ms)
ℹ tests 3
ℹ suites 0
ℹ pass 1
ℹ fail 1
ℹ cancelled 0
ℹ skipped 1
ℹ todo 0

✖ failing tests:

test at dist/tests/unit/a.test.js:3:1
✖ subtracts (0.5ms)
"""
TAP = """\
TAP version 13
ok 1 - adds
not ok 2 - subtracts
# tests 2
# pass 1
# fail 1
# cancelled 0
# skipped 0
# todo 0
"""
PYTEST = """\
FAILED tests/unit/test_a.py::test_subtracts - assert 1 == 2
========= 1 failed, 7 passed, 2 skipped in 0.34s =========
"""


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (SPEC, Summary(1, 1, 1, ("subtracts",))),
        (TAP, Summary(1, 1, 0, ("subtracts",))),
        (PYTEST, Summary(7, 1, 2, ("tests/unit/test_a.py::test_subtracts",))),
        ("Segmentation fault", Summary(0, 0, 0, ())),
    ],
    ids=["spec", "tap", "pytest", "none"],
)
def test_reads_summaries(output: str, wanted: Summary) -> None:
    assert summary(output) == wanted


def only_test(shop: ProjectSystem, tmp_path: Path, body: str) -> ProjectSystem:
    """The shop with one test in place of its own."""
    system = copy_of(shop, tmp_path)
    shutil.rmtree(system.folder / "tests")
    shutil.rmtree(system.folder / "dist" / "tests")
    if body:
        target = system.folder / "tests" / "unit" / "only.test.ts"
        target.parent.mkdir(parents=True)
        target.write_text(f"import {{ test }} from 'node:test';\n\n{body}\n", encoding="utf-8")
    return system


def test_catches_a_failing_test(shop: ProjectSystem, tmp_path: Path) -> None:
    body = "test('the sky is green', () => {\n  throw new Error('it is blue');\n});\ntest('water is wet', () => {});"
    result = GATE.run(only_test(shop, tmp_path, body))
    assert result.count == 2
    assert said(result, "gate/tests-failed") == "the test 'the sky is green' fails"


@pytest.mark.parametrize("body", ["", "test.skip('later', () => {});"], ids=["no test", "only a skipped one"])
def test_catches_that_nothing_ran(body: str, shop: ProjectSystem, tmp_path: Path) -> None:
    result = GATE.run(only_test(shop, tmp_path, body))
    assert codes(result) == {"gate/tests-none"}


@pytest.mark.slow
def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 50
