"""Which refusals of requests that fit the document the gate `contract` takes as right."""

from __future__ import annotations

import pytest

from backwright.gates.contract.refusals import Refusals
from backwright.plan.model import Plan


@pytest.mark.parametrize(
    ("body", "pointer", "beyond"),
    [
        ({"price": "0.00"}, "/price", True),
        ({"price": "0.01"}, "/price", False),
        ({"price": "many"}, "/price", False),
        ({"price": 0}, "/price", False),
        ({"name": "0.00"}, "/name", False),
        ({"rows": [{"price": "1.00"}, {"price": "-1"}]}, "/rows/1/price", True),
        ({"rows": [{"price": "1.00"}]}, "/rows/7/price", False),
        (None, "/price", False),
    ],
)
def test_a_decimal_beyond_its_range_may_be_refused(plan: Plan, body: object, pointer: str, beyond: bool) -> None:
    assert Refusals(plan)._is_beyond(body, pointer) is beyond
