from __future__ import annotations

import pytest

from benchmarks.bars import Bar
from benchmarks.client import comparable
from benchmarks.findings import Findings
from benchmarks.load import Measurement


def _at(rate: float) -> Measurement:
    return Measurement(rate, None, None, 10.0, 1.0, 2.0, None)


def test_a_ratio_compares_within_each_round() -> None:
    """A machine that halves its speed from round to round changes no ratio."""
    found = Findings()
    for rate in (1000.0, 500.0, 250.0):
        found.add("one row", "Express, generated", _at(rate * 0.6))
        found.add("one row", "node:http, bare", _at(rate))
    ratio = found.ratio("one row", "Express, generated", "node:http, bare")
    assert (ratio.least, ratio.median, ratio.most) == pytest.approx((0.6, 0.6, 0.6))


@pytest.mark.parametrize(
    ("value", "wanted", "at_most", "met", "gap"),
    [
        (0.55, 0.55, False, True, 0.0),
        (0.44, 0.55, False, False, 0.2),
        (5, 5, True, True, 0.0),
        (6, 5, True, False, 0.2),
    ],
)
def test_a_bar_says_by_how_much_it_is_missed(value: float, wanted: float, at_most: bool, met: bool, gap: float) -> None:
    bar = Bar(1, "what", value, wanted, at_most)
    assert bar.met is met
    assert bar.gap == pytest.approx(gap)


def test_answers_are_compared_by_what_they_mean() -> None:
    one = {"items": [{"at": "2026-01-01T10:00:00.120Z", "lines": [{"id": 1}, {"id": 2}]}], "nextCursor": "x"}
    other = {"items": [{"lines": [{"id": 2}, {"id": 1}], "at": "2026-01-01T10:00:00.120000+00:00"}]}
    assert comparable(one) == comparable(other)
    assert comparable(one) != comparable({"items": []})
