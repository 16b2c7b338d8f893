"""Deprecations without an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from backwright.diagnostics import Origin
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.model import Retirement

__all__ = ["RULE"]

_USUAL = timedelta(days=180)


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        yield from _open("entities", entity.name, entity.retirement, entity.origin)
    for operation in case.plan.operations:
        yield from _open("operations", operation.name, operation.retirement, operation.origin)


def _open(section: str, name: str, retirement: Retirement | None, origin: Origin) -> Iterator[Found]:
    if retirement and retirement.sunset is None:
        yield Found(
            name,
            origin,
            f"{name} is deprecated since {retirement.deprecated}, but nothing says when it goes",
            "Name the day: clients plan by the header Sunset (RFC 8594).",
            lines(section, name, f"sunset: {retirement.deprecated + _USUAL}"),
        )


_BAD = """entities:
  Topic:
    deprecated: 2026-12-01
    fields: {text: string}
    allow: {read: me != null, create: me != null}
"""

RULE = Rule(
    name="architect/open-ended-deprecation",
    severity="note",
    summary="Something is deprecated without a day on which it goes.",
    explanation="`Deprecation` (RFC 9745) says that clients should leave, `Sunset` (RFC 8594) by when. Without the "
    "second few do, and the old way has to be kept for good.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    fields", "    sunset: 2027-06-01\n    fields")),
)
