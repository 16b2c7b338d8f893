"""What a stack says of its own weight is what was measured."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from backwright.chain.generate import stacks

PAGE = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("stack", stacks())
def test_processor_time_and_memory_are_those_of_the_page(stack: str) -> None:
    stated = import_module(f"backwright.targets.{stack}.target").TRAITS
    row = re.search(rf"^\| \*\*{stack}, generated\*\* \| [^|]+ \| (\d+)", PAGE, re.MULTILINE | re.IGNORECASE)
    idle = re.search(rf"^Start and idle memory: .*?{stack} [\d.]+ s and (\d+) MB", PAGE, re.MULTILINE | re.IGNORECASE)
    assert row
    assert idle
    assert (stated.microseconds, stated.megabytes) == (int(row[1]), int(idle[1]))
