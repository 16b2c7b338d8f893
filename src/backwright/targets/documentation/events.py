"""What the page about events says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.operations import all_routines, emitted
from backwright.lowering.seeds import seed_data
from backwright.lowering.wire.channels import CODES, LIMITS, SocketLimits, wire_address
from backwright.lowering.wire.routes import BASE, routes
from backwright.plan.expressions import roles_that_always_may
from backwright.plan.indexes import emits
from backwright.plan.model import Channel, Event, Input, Plan, Reference
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.words import codes, condition, who

__all__ = ["EventsView", "events_view"]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with what it tells, and who says it."""

    name: str
    members: str
    sources: str


@dataclass(frozen=True, slots=True)
class ChannelView:
    """Where callers listen; `events` are names, `list` the path of the rows in its address, where it has one."""

    address: str
    events: tuple[str, ...]
    who: str
    condition: str


@dataclass(frozen=True, slots=True)
class Listening:
    """A channel that a login may listen to; `rows` is the list of what its address names, or empty."""

    login: str
    channel: str
    rows: str


@dataclass(frozen=True, slots=True)
class EventsView:
    """The events, the channels, and a program that listens."""

    project: Project
    is_emitting: bool
    events: tuple[EventView, ...]
    channels: tuple[ChannelView, ...]
    refusals: tuple[tuple[str, str], ...]
    limits: SocketLimits
    listening: Listening | None


def events_view(plan: Plan, known: Project) -> EventsView:
    """The view."""
    return EventsView(
        project=known,
        is_emitting=emits(plan),
        events=tuple(_event(plan, event) for event in plan.events),
        channels=tuple(_channel(channel) for channel in plan.channels),
        refusals=tuple(CODES.items()),
        limits=LIMITS,
        listening=next(_listening(plan), None),
    )


def _event(plan: Plan, event: Event) -> EventView:
    sources = [each.name for each in all_routines(plan) if event.name in emitted(each)]
    return EventView(event.name, codes(_member(each) for each in event.members), codes(sources))


def _member(each: Input) -> str:
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


def _channel(channel: Channel) -> ChannelView:
    return ChannelView(
        wire_address(channel), channel.events, who(channel.rule.roles), condition(channel.rule.expression)
    )


def _listening(plan: Plan) -> Iterator[Listening]:
    """Channels that a seeded account may listen to for certain."""
    roles = plan.identity.roles if plan.identity else ()
    logins = dict(seed_data(plan).demo_logins)
    for channel in plan.channels:
        able, _ = roles_that_always_may(channel.rule.expression, roles)
        entity = plan.entity(channel.entity) if channel.entity else None
        rule = entity.rule("read") if entity else None
        readers, _ = roles_that_always_may(rule.expression, roles) if rule else (roles, True)
        paths = [f"{BASE}{each.path}" for each in routes(plan) if each.kind == "list" and each.entity is entity]
        for role in able:
            if role in readers and (channel.parameter is None or (entity and paths)):
                yield Listening(logins[role], wire_address(channel), paths[0] if channel.parameter else "")
