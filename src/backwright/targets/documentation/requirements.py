"""What was asked for: every element of the plan with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.plan.model import Entity, Plan
from backwright.targets.documentation.words import cell, spoken

__all__ = ["Asked", "asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that the system must have or do; `source` is a sentence, or a line of the blueprint."""

    what: str
    source: str


def asked(plan: Plan, said: Mapping[str, str]) -> tuple[Asked, ...]:
    """In the order of a blueprint."""
    return tuple(Asked(cell(what), cell(said.get(element) or _line(origin))) for what, element, origin in _all(plan))


def _line(origin: Origin) -> str:
    """Of the project's own copy, wherever it was written."""
    return f"`blueprint.yaml` line {origin.line}" if origin.line else "derived"


def _all(plan: Plan) -> Iterator[tuple[str, str, Origin]]:
    if plan.identity:
        yield f"Accounts with the roles {', '.join(plan.identity.roles)}", "identity", plan.identity.origin
    for entity in plan.entities:
        yield from _of_entity(entity)
    for operation in plan.operations:
        words = operation.summary or spoken(operation.name).capitalize()
        yield words, f"operations.{operation.name}", operation.origin
    for event in plan.events:
        yield f"Event {event.name}", f"events.{event.name}", event.origin
    for channel in plan.channels:
        yield f"Channel {channel.address}", f"channels.{channel.address}", channel.origin
    for port in plan.ports:
        calls = ", ".join(call.name for call in port.calls)
        yield f"Outside system {port.name}: {calls}", f"ports.{port.name}", port.origin
    for job in plan.jobs:
        yield f"Job {spoken(job.name)}", f"jobs.{job.name}", job.origin
    for requirement in plan.requirements:
        yield f"{requirement.path}: {requirement.value}", f"requirements.{requirement.path}", requirement.origin


def _of_entity(entity: Entity) -> Iterator[tuple[str, str, Origin]]:
    path = f"entities.{entity.name}"
    yield f"{entity.name}: {entity.summary}" if entity.summary else entity.name, path, entity.origin
    for move in entity.lifecycle.transitions if entity.lifecycle else ():
        words = f"{entity.name} moves from {' or '.join(move.sources)} to {move.target}: {spoken(move.name)}"
        yield words, f"{path}.lifecycle.transitions.{move.name}", move.origin
    for rule in entity.rules:
        yield f"{entity.name}: who may {rule.action}", f"{path}.allow.{rule.action}", rule.origin
