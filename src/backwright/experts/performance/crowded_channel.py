"""Channels on which everybody hears everything."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed, may, newcomers
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.requirements import load
from backwright.experts.steps import callers
from backwright.lowering.operations import all_routines, emitted

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    users = load(case.plan).users
    for channel in case.plan.channels:
        if channel.parameter or not may(channel.rule) & newcomers(case.plan):
            continue
        often = [
            name
            for name in channel.events
            if any(
                name in emitted(each) and callers(case.plan, each) & newcomers(case.plan)
                for each in all_routines(case.plan)
            )
        ]
        if often:
            many = f"up to {users:,} sockets" if users else "every open socket"
            yield Found(
                channel.address,
                channel.origin,
                f"everybody may listen to {channel.address}, and everybody causes {listed(often)}: each one is "
                f"checked for and sent to {many}",
                "Give the channel a parameter, such as the row that an event is about, so that each listener hears "
                "what is theirs.",
            )


_BAD = """entities:
  Remark:
    owner: author
    fields: {author: Account immutable, text: string}
    allow: {read: me != null}
operations:
  say:
    route: POST /remarks
    allow: me != null
    input: {text: string}
    steps:
      - create: Remark
        as: remark
        set: {author: me, text: input.text}
      - emit: RemarkMade
        with: {remark: remark}
events:
  RemarkMade: {remark: Remark}
channels:
  remarks:
    allow: me != null
    sends: [RemarkMade]
"""

RULE = Rule(
    name="performance/crowded-channel",
    severity="warning",
    summary="Everybody may listen to a channel whose events everybody causes.",
    explanation="The work grows with the square of the crowd: n people cause n events, and each goes to n sockets, "
    "after the database was asked again whether the listener still may. A parameter in the address parts the crowd.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("  remarks:\n", '  "remarks/{remark.id}":\n')),
)
