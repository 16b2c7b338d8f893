"""What the tests of a generated project say, decided once for every stack; a stack prints it."""

from __future__ import annotations

from backwright.lowering.suites.load import Ask, LoadSuite, load_suite
from backwright.lowering.suites.suite import Suite, suites

__all__ = ["Ask", "LoadSuite", "Suite", "load_suite", "suites"]
