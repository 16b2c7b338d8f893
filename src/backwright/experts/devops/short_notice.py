"""Routes that go before clients can follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from backwright.diagnostics import Origin
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.model import Retirement

__all__ = ["RULE"]

_LEAST = timedelta(days=90)


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        yield from _short("entities", entity.name, entity.retirement, entity.origin)
    for operation in case.plan.operations:
        yield from _short("operations", operation.name, operation.retirement, operation.origin)


def _short(section: str, name: str, retirement: Retirement | None, origin: Origin) -> Iterator[Found]:
    if retirement and retirement.sunset and retirement.sunset - retirement.deprecated < _LEAST:
        days = (retirement.sunset - retirement.deprecated).days
        yield Found(
            name,
            origin,
            f"{name} goes {days} days after it was deprecated",
            "Give clients a quarter, unless you know all of them.",
            lines(section, name, f"sunset: {retirement.deprecated + _LEAST}"),
        )


_BAD = """entities:
  Topic:
    deprecated: 2026-12-01
    sunset: 2026-12-20
    fields: {text: string}
    allow: {read: me != null, create: me != null}
"""

RULE = Rule(
    name="devops/short-notice",
    severity="note",
    summary=f"There are less than {_LEAST.days} days between deprecation and sunset.",
    explanation="A client that is released every few weeks needs to see the header, change, and reach its users. "
    "Applications on telephones need longer.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("2026-12-20", "2027-06-01")),
)
