"""Tables of events that outgrow all others."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.requirements import load, stated
from backwright.lowering.operations import emitted, routines

__all__ = ["RULE"]

_SHARE = 5
_HOURS = 720
_MOST = 50_000_000


def _check(case: Case) -> Iterator[Found]:
    rps, requirement = load(case.plan).rps or 0, stated(case.plan, "load.rps")
    writing = [each for each in routines(case.plan) if each.steps]
    telling = [each for each in writing if emitted(each)]
    if not requirement or not telling:
        return
    rows = round(rps / _SHARE * len(telling) / len(writing) * 3600 * _HOURS)
    if rows > _MOST:
        yield Found(
            "load.rps",
            requirement.origin,
            f"at {rps} requests a second, a fifth of them writes, {len(telling)} of {len(writing)} kinds of writes "
            f"emit events: some {rows / 1e6:,.0f} million rows in the {_HOURS} hours that the outbox keeps them",
            "Set OUTBOX_RETENTION_HOURS to what a subscriber may be away and a client may ask again for, such as 24.",
        )


_BAD = """entities:
  Signal:
    fields: {text: string}
    allow: {read: me != null}
operations:
  send:
    route: POST /signals
    allow: me != null
    input: {text: string}
    steps:
      - create: Signal
        as: signal
        set: {text: input.text}
      - emit: SignalSent
        with: {signal: signal}
events:
  SignalSent: {signal: Signal}
requirements:
  load: {users: 10000, rps: 400, p95: 300ms}
"""

RULE = Rule(
    name="devops/growing-outbox",
    severity="note",
    summary="At the stated load the outbox holds tens of millions of events.",
    explanation="Delivered events stay for OUTBOX_RETENTION_HOURS, 30 days unless it is set, so that sockets can ask "
    "again for what they missed. At a high rate that is the largest table of the database, and it is vacuumed and "
    "backed up with the rest.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("rps: 400", "rps: 40")),
)
