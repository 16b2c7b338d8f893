from __future__ import annotations

import re
from pathlib import Path

import pytest

from backwright.diagnostics import Origin
from backwright.plan.expressions import compile_expression
from tests.expressions.world import SCOPE

PAGES = sorted((Path(__file__).parents[2] / "docs/problems/expression").glob("*.md"))
BLOCK = re.compile(r"```cel\n(.*?)\n```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_of_a_page_has_the_problem_and_the_fix_has_none(page: Path) -> None:
    example, fix = BLOCK.findall(page.read_text(encoding="utf-8"))
    _, found = compile_expression(example, Origin(), SCOPE, None)
    assert [problem.code for problem in found] == [f"expression/{page.stem}"]
    assert compile_expression(fix, Origin(), SCOPE, None)[1] == ()
