from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backwright.plan.expressions import Value
from backwright.plan.expressions.rendering import timestamp_text
from backwright.targets.express.expressions import Unsupported
from tests.expressions.engines import Database, Node, meant
from tests.expressions.meaning import MEANING, Case
from tests.expressions.world import CALLERS, INPUTS, ITEMS, compiled

NOTE = Path(__file__).parents[2] / "docs/designs/0002-expressions.md"
CASES = [pytest.param(case, id=f"{row}: {case.text}") for row, cases in MEANING.items() for case in cases]


def _shown(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return timestamp_text(value)
        case _:
            return str(value)


@pytest.mark.parametrize("case", CASES)
def test_every_engine_means_the_same(case: Case, database: Database, node: Node) -> None:
    expression = compiled(case.text)
    if case.value is not None:
        for given in INPUTS:
            assert _shown(meant(expression, given, CALLERS[1], ITEMS[0])) == case.value
    assert database.differences(expression) == []
    if case.where == "local":
        assert node.differences(expression) == []
    else:
        with pytest.raises(Unsupported):
            node.differences(expression)


def test_the_table_of_the_note_is_the_table_that_is_tested() -> None:
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|", NOTE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == list(MEANING)
    assert all(cases for cases in MEANING.values())


def test_the_rows_tell_the_outcomes_apart(database: Database) -> None:
    """A world in which every expression came out alike would prove nothing."""
    answers = {
        str(answer[0])
        for text in ("owner || false", "note == 'x'", "keeper.name == 'bob'", "author == me")
        for *_, answer in database.ask(compiled(text))
    }
    assert answers == {"True", "False"}
