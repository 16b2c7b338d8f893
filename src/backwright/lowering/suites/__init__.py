"""What the tests of a generated project say, decided once for every stack; a stack prints it."""

from __future__ import annotations

from backwright.lowering.suites.suite import Suite, suites

__all__ = ["Suite", "suites"]
