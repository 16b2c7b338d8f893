"""Random expressions on rows with nulls: PostgreSQL (four forms), Node and the evaluator must agree on every value.

BACKWRIGHT_EXPRESSIONS sets how many; unset, the same few run every time.
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings

from backwright.plan.expressions import render
from backwright.plan.expressions.types import Typing
from tests.expressions.engines import Database, Node
from tests.expressions.texts import expressions
from tests.expressions.world import compiled

ASKED = os.environ.get("BACKWRIGHT_EXPRESSIONS")
EVERY = settings(
    max_examples=int(ASKED or 300),
    derandomize=ASKED is None,
    deadline=timedelta(seconds=20) if ASKED is None else None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@EVERY
@given(text=expressions(local=False))
def test_rows(database: Database, text: str) -> None:
    assert database.differences(compiled(text)) == []


@EVERY
@given(text=expressions(local=True))
def test_values(database: Database, node: Node, text: str) -> None:
    expression = compiled(text)
    assert node.differences(expression) == []
    assert database.differences(expression) == []


@EVERY
@given(text=expressions(local=False))
def test_canonical_text_compiles_to_the_same_tree(text: str) -> None:
    expression = compiled(text)
    again = compiled(render(expression), Typing(expression.typing.type, True))
    assert again == expression
    assert render(again) == render(expression)
