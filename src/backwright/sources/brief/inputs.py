"""What an operation must be told, so that it can write all that a row needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backwright.packs import Data, section
from backwright.sources.brief.draft import EntityDraft
from backwright.sources.brief.world import World

__all__ = ["settle_inputs"]

_FLAGS = re.compile(r" (?:unique|immutable|searchable|personal|secret)\b")


def settle_inputs(world: World) -> None:
    """Fields that the brief adds to what an operation creates become inputs; deeper down they become optional."""
    for name, (operation, origin) in list(world.draft.operations.items()):
        steps = operation.get("steps")
        outer = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
        inputs = dict(section(operation.get("input")))
        for step in outer:
            if "create" in step:
                _outer(world, step, inputs)
        for step in outer:
            for inner in _creations(step.get("do")):
                _inner(world, inner)
        world.draft.operations[name] = ({**operation, "input": inputs}, origin)


def _missing(entity: EntityDraft, step: dict[str, Data]) -> Iterator[str]:
    given = section(step.get("set"))
    for name, field in entity.fields.items():
        if name not in given and "optional" not in field.notation.split() and " default " not in field.notation:
            yield name


def _outer(world: World, step: dict[str, Data], inputs: dict[str, Data]) -> None:
    entity = world.draft.entities[str(step["create"])]
    for name in _missing(entity, step):
        field = entity.fields[name]
        if field.notation.startswith("User") or name in inputs:
            field.notation = f"{field.notation} optional"
            continue
        inputs[name] = _FLAGS.sub("", field.notation)
        step["set"] = {**section(step.get("set")), name: f"input.{name}"}


def _inner(world: World, step: dict[str, Data]) -> None:
    entity = world.draft.entities[str(step["create"])]
    for name in _missing(entity, step):
        entity.fields[name].notation = f"{entity.fields[name].notation} optional"


def _creations(steps: Data | None) -> Iterator[dict[str, Data]]:
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, dict) and "create" in step:
            yield step
