"""Channels that tell what rows would not."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed, may, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Channel, Plan, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for channel in case.plan.channels:
        for name in _told(case.plan, channel):
            wider = may(channel.rule) - may(case.plan.entity(name).rule("read"))
            if wider:
                yield Found(
                    channel.address,
                    channel.rule.origin,
                    f"{people(case.plan, wider)} may listen to {channel.address}, which tells of rows of {name}, but "
                    f"may never read one ({listed(channel.events)})",
                    "Let the channel admit whom the row admits.",
                )


def _told(plan: Plan, channel: Channel) -> tuple[str, ...]:
    """The kinds of rows that its events refer to; a part is read by whoever reads its whole."""
    found = {}
    for name in channel.events:
        for member in plan.event(name).members:
            if isinstance(member.type, Reference):
                entity = plan.entity(member.type.entity)
                while entity.whole:
                    entity = plan.entity(entity.whole)
                found[entity.name] = True
    return tuple(found)


_BAD = """entities:
  Alarm:
    fields: {text: string}
    allow: {read: me.role == 'staff'}
operations:
  alarm:
    route: POST /alarms
    allow: me.role == 'staff'
    input: {text: string}
    steps:
      - create: Alarm
        as: alarm
        set: {text: input.text}
      - emit: AlarmRaised
        with: {alarm: alarm}
events:
  AlarmRaised: {alarm: Alarm}
channels:
  alarms:
    allow: me.role in ['member', 'staff']
    sends: [AlarmRaised]
"""

RULE = Rule(
    name="security/channel-past-read",
    severity="warning",
    summary="A channel admits roles that may not read the rows it tells of.",
    explanation="An event says that something happened to a row, and what; whoever may listen learns it. The rule of "
    "the channel admits a role to which the row's own rule for reading never shows one.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("allow: me.role in ['member', 'staff']", "allow: me.role == 'staff'")),
)
