"""The cuts of `make bench-layers` fit what is generated now, and costs are read within each round."""

from __future__ import annotations

import re

import pytest

from benchmarks.layers import LAYERS, costs
from benchmarks.load import Measurement
from tests.targets.regenerate import SHOP, rendered


def _at(rate: float, cpu: float) -> Measurement:
    return Measurement(rate, cpu, None, 10.0, 1.0, 2.0, None)


@pytest.mark.parametrize("stack", ["express", "fastapi"])
def test_every_cut_is_in_the_generated_project(stack: str) -> None:
    files = {file.path: file.content for file in rendered(SHOP, stack)}
    cuts = [layer.cuts[stack] for layer in LAYERS.values() if layer.cuts]
    assert len(cuts) == 3
    for name, old, _ in cuts:
        source = re.sub(r"^dist/(.*)\.js$", r"\1.ts", name)
        # The compiler for TypeScript writes lists of arguments in one line.
        assert re.sub(r"\s+", " ", files[source]).count(old) == 1


def test_a_layer_costs_what_is_missing_with_it() -> None:
    [cost] = costs({"everything": [_at(900, 110), _at(450, 120)], "log": [_at(1000, 100), _at(500, 105)]})
    assert cost.layer == "log"
    assert cost.ratio.median == pytest.approx(0.9)
    assert cost.microseconds == pytest.approx(12.5)
