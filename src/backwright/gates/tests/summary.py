"""What test runners print at their end: node's (spec and TAP) and pytest's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backwright.gates.tests.failures import FailedTest, failed_in_node, failed_in_pytest

__all__ = ["Summary", "summary"]

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_NODE = re.compile(r"^(?:ℹ|#) (tests|pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)
_PYTEST = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+) in [\d.]+s.*$", re.MULTILINE)
_PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


@dataclass(frozen=True, slots=True)
class Summary:
    """How many tests ran to an end, which failed, and how many did not run."""

    passed: int
    failed: int
    skipped: int
    failures: tuple[FailedTest, ...]


def summary(output: str) -> Summary:
    """The sum over every summary in the output; zeros where there is none."""
    text = _ESCAPES.sub("", output)
    counts: dict[str, int] = {}
    for name, number in _NODE.findall(text):
        counts[name] = counts.get(name, 0) + int(number)
    if counts:
        return Summary(
            passed=counts.get("pass", 0),
            failed=counts.get("fail", 0) + counts.get("cancelled", 0),
            skipped=counts.get("skipped", 0) + counts.get("todo", 0),
            failures=failed_in_node(text),
        )
    for line in _PYTEST.findall(text):
        for number, name in _PYTEST_COUNT.findall(line):
            counts[name] = counts.get(name, 0) + int(number)
    return Summary(
        passed=counts.get("passed", 0) + counts.get("xfailed", 0),
        failed=sum(counts.get(name, 0) for name in ("failed", "error", "errors", "xpassed")),
        skipped=counts.get("skipped", 0),
        failures=failed_in_pytest(text),
    )
