"""Takes elements out of a draft again, with everything that depends on them."""

from __future__ import annotations

from backwright.packs import Data, section
from backwright.sources.brief.draft import Draft, LifecycleDraft

__all__ = ["drop", "scrub"]


def drop(draft: Draft, path: str) -> None:
    """Takes an element out, and what depends on it."""
    parts = path.split(".")
    entity = draft.entities.get(parts[0])
    if len(parts) == 1:
        _drop_entity(draft, parts[0])
    elif entity is not None and parts[1] == "lifecycle" and entity.lifecycle is not None:
        _drop_state(entity.lifecycle, parts[2])
    elif entity is not None and parts[1] in entity.fields:
        del entity.fields[parts[1]]
        entity.unique = [names for names in entity.unique if parts[1] not in names]
        entity.checks = {name: check for name, check in entity.checks.items() if parts[1] not in check.notation}
        if entity.owner == parts[1]:
            entity.owner = ""
        scrub(draft, parts[1])


def _drop_entity(draft: Draft, name: str) -> None:
    draft.entities.pop(name, None)
    for entity in list(draft.entities.values()):
        for member, field in list(entity.fields.items()):
            if field.notation.split(" ")[0] == name:
                drop(draft, f"{entity.name}.{member}")
        entity.parts = {key: part for key, part in entity.parts.items() if part.notation.split("[")[0] != name}
        if entity.whole == name:
            draft.entities.pop(entity.name, None)


def _drop_state(lifecycle: LifecycleDraft, state: str) -> None:
    """Takes a state out; who came from it comes from where it came from."""
    if state not in lifecycle.states or len(lifecycle.states) < 3:
        return
    before = [source for move in lifecycle.transitions.values() if move.target == state for source in move.sources]
    lifecycle.states.remove(state)
    lifecycle.transitions = {name: move for name, move in lifecycle.transitions.items() if move.target != state}
    for move in lifecycle.transitions.values():
        if state in move.sources:
            merged = [source for source in move.sources if source != state] + before
            move.sources = list(dict.fromkeys(source for source in merged if source != move.target))


def scrub(draft: Draft, member: str) -> None:
    """Takes the writes of a field out of every step."""
    for name, (operation, origin) in list(draft.operations.items()):
        draft.operations[name] = (section(_scrubbed(operation, member)), origin)
    for entity in draft.entities.values():
        if entity.lifecycle is not None:
            for move in entity.lifecycle.transitions.values():
                cleaned = _scrubbed(move.steps, member)
                move.steps = cleaned if isinstance(cleaned, list) else []


def _scrubbed(data: Data, member: str) -> Data:
    if isinstance(data, list):
        return [cleaned for item in data if (cleaned := _scrubbed(item, member)) != {}]
    if not isinstance(data, dict):
        return data
    if "create" in data:
        return {**data, "set": {key: value for key, value in section(data.get("set")).items() if key != member}}
    if "update" in data:
        kept = {key: value for key, value in section(data.get("set")).items() if key != member}
        return {**data, "set": kept} if kept else {}
    cleaned = {key: _scrubbed(value, member) for key, value in data.items()}
    return {} if "each" in cleaned and cleaned.get("do") == [] else cleaned
