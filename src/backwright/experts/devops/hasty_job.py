"""Jobs that come faster than a server is missed."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]

_LEASE = 60


def _check(case: Case) -> Iterator[Found]:
    for job in case.plan.jobs:
        if job.seconds and job.seconds < _LEASE:
            yield Found(
                job.name,
                job.origin,
                f"{job.name} runs every {job.seconds} seconds, {86400 // job.seconds:,} times a day, but a run that a "
                f"server left behind is taken over only after {_LEASE} seconds",
                "Do it in the operation that makes it necessary, or by an event; a job is for what may wait a minute.",
            )


_BAD = """entities:
  Offer:
    fields: {label: string(1..40), over: bool default false, until: datetime}
    allow: {read: me != null, create: me.role == 'staff'}
jobs:
  end:
    every: 10s
    for: {each: Offer, where: "!over && until < now", as: offer}
    steps:
      - update: offer
        set: {over: true}
"""

RULE = Rule(
    name="devops/hasty-job",
    severity="note",
    summary=f"A job runs more often than every {_LEASE} seconds.",
    explanation="Each run is held by a lease of a minute. After a server's sudden end the next run waits for it, so a "
    "job of a few seconds keeps its beat in good times only. Between runs it asks the database whether there is work, "
    "day and night.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("10s", "5m")),
)
