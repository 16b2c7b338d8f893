"""The gate `tests` counts what ran, and is red where something failed or nothing ran."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.tests import GATE
from backwright.gates.tests.failures import FailedTest
from backwright.gates.tests.summary import summary
from tests.gates.copies import codes, copy_of, said

SPEC = """\
✔ adds (1.2ms)
✖ subtracts (0.5ms)
ℹ tests 4
ℹ suites 0
ℹ pass 1
ℹ fail 2
ℹ cancelled 0
ℹ skipped 1
ℹ todo 0

✖ failing tests:

test at dist/tests/unit/a.test.js:3:1
✖ subtracts (0.5ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  3 !== 1

      at TestContext.<anonymous> (file:///there/dist/tests/unit/a.test.js:7:28)
      at Test.run (node:internal/test_runner/test:1382:25) {
    code: 'ERR_ASSERTION'
  }

test at dist/tests/unit/a.test.js:12:3
✖ divides (0.1ms)
  'test timed out after 60000ms'
"""
TAP = """\
TAP version 13
ok 1 - adds
# Subtest: sums
    # Subtest: subtracts
    not ok 1 - subtracts
      ---
      duration_ms: 2.8
      location: '/there/a.test.js:3:1'
      failureType: 'testCodeFailure'
      error: |-
        Expected values to be strictly equal:

        3 !== 1

      code: 'ERR_ASSERTION'
      stack: |-
        TestContext.<anonymous> (file:///there/a.test.js:7:28)
        Test.run (node:internal/test_runner/test:796:25)
      ...
    1..1
not ok 2 - sums
  ---
  location: '/there/a.test.js:2:1'
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
# tests 2
# pass 1
# fail 1
# cancelled 0
# skipped 0
# todo 0
"""
PYTEST = """\
==================================== ERRORS ====================================
_________________________ ERROR at setup of test_waits _________________________

    @pytest.fixture
>   def bad(): raise RuntimeError("no database")
E   RuntimeError: no database

tests/conftest.py:11: RuntimeError
=================================== FAILURES ===================================
_____________________________ TestSums.test_subtracts __________________________

    def test_subtracts(self):
>       assert status == 1, "said something"
E       AssertionError: said something
E       assert 2 == 1

tests/unit/test_a.py:4: AssertionError
=========================== short test summary info ============================
FAILED tests/unit/test_a.py::TestSums::test_subtracts - AssertionError: said something
FAILED tests/unit/test_b.py::test_adds[1 - 2] - assert 1 == 2
ERROR tests/unit/test_a.py::test_waits - RuntimeError: no database
========= 2 failed, 7 passed, 2 skipped, 1 error in 0.34s =========
"""
EQUAL = "Expected values to be strictly equal:\n3 !== 1"


@pytest.mark.parametrize(
    ("output", "counts"),
    [(SPEC, (1, 2, 1)), (TAP, (1, 1, 0)), (PYTEST, (7, 3, 2)), ("Segmentation fault", (0, 0, 0))],
    ids=["spec", "tap", "pytest", "none"],
)
def test_counts(output: str, counts: tuple[int, int, int]) -> None:
    found = summary(output)
    assert (found.passed, found.failed, found.skipped) == counts


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        (
            SPEC,
            (
                FailedTest(
                    "subtracts", f"AssertionError [ERR_ASSERTION]: {EQUAL}", "/there/dist/tests/unit/a.test.js", 7
                ),
                FailedTest("divides", "'test timed out after 60000ms'", "dist/tests/unit/a.test.js", 12),
            ),
        ),
        (TAP, (FailedTest("subtracts", EQUAL, "/there/a.test.js", 7),)),
        (
            PYTEST,
            (
                FailedTest(
                    "tests/unit/test_a.py::TestSums::test_subtracts",
                    "AssertionError: said something\nassert 2 == 1",
                    "tests/unit/test_a.py",
                    4,
                ),
                FailedTest("tests/unit/test_b.py::test_adds[1 - 2]", "assert 1 == 2", "tests/unit/test_b.py"),
                FailedTest("tests/unit/test_a.py::test_waits", "RuntimeError: no database", "tests/conftest.py", 11),
            ),
        ),
        ("Segmentation fault", ()),
    ],
    ids=["spec", "tap", "pytest", "none"],
)
def test_reads_what_failed_and_where(output: str, wanted: tuple[FailedTest, ...]) -> None:
    assert summary(output).failures == wanted


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
    message = said(result, "gate/tests-failed")
    assert message == "the test 'the sky is green' fails at dist/tests/unit/only.test.js:3: Error: it is blue"
    assert result.failures[0].origin.line == 3


def test_names_of_databases_are_never_given_twice(shop: ProjectSystem, tmp_path: Path) -> None:
    other = copy_of(shop, tmp_path)
    with shop.database() as one, other.database() as two:
        assert one.name != two.name


@pytest.mark.parametrize("body", ["", "test.skip('later', () => {});"], ids=["no test", "only a skipped one"])
def test_catches_that_nothing_ran(body: str, shop: ProjectSystem, tmp_path: Path) -> None:
    result = GATE.run(only_test(shop, tmp_path, body))
    assert codes(result) == {"gate/tests-none"}


@pytest.mark.slow
def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 50
