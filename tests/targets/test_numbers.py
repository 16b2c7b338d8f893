"""Whole numbers of 64 bits: what the contract says of them and what the server asks."""

from __future__ import annotations

import re

import pytest

from backwright.lowering.wire.schemas import query_schema, value_schema
from backwright.plan.model import Integer
from backwright.targets.express.zod import query_parameter, zod

POSITIVE = Integer(0, 2**63 - 1, True)
ANY = Integer(-(2**63), 2**63 - 1, True)


@pytest.mark.parametrize(("kind", "below_zero"), [(POSITIVE, False), (ANY, True)])
def test_the_contract_shows_a_sign_only_where_the_range_has_one(kind: Integer, below_zero: bool) -> None:
    pattern = str(value_schema(kind)["pattern"])
    assert bool(re.search(pattern, "-4")) is below_zero
    assert re.search(pattern, str(kind.maximum))


def test_a_list_is_narrowed_beyond_the_range_of_the_field() -> None:
    assert re.search(str(query_schema(POSITIVE)["pattern"]), "-4")
    assert query_parameter(POSITIVE) == zod(ANY)
