"""Every inference that is still in the blueprint, with the edit that takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backwright.packs import Data
from backwright.sources.brief.draft import Draft
from backwright.sources.brief.model import Assumption
from backwright.sources.brief.packs import pack_names

__all__ = ["assumptions_of", "present", "spoken_texts"]


def assumptions_of(draft: Draft, origins: dict[str, str]) -> tuple[Assumption, ...]:
    """Every inference that is still in the blueprint."""
    seen: dict[tuple[str, str], None] = {}
    found: list[Assumption] = []
    spoken = frozenset(word for text in spoken_texts(draft) for word in re.findall(r"\w+", text))
    for item in draft.suppositions:
        off = item.off or _off(draft, item.path, spoken)
        if not present(draft, item.path) or (item.path, off) in seen:
            continue
        if item.pack in (*pack_names(), "kinds") and not origins.get(item.path, "pack:").startswith("pack:"):
            continue
        seen[(item.path, off)] = None
        found.append(Assumption(f"a{len(found) + 1}", item.text, item.pack, item.confidence, off))
    return tuple(found)


def _off(draft: Draft, path: str, spoken: frozenset[str]) -> str:
    """The edit that removes an element: what hangs on it goes, too."""
    parts = path.split(".")
    kind, name = (parts[2], parts[-1]) if len(parts) > 3 else ("", parts[-1])
    if path == "entities.User.fields.email":
        return "write “without registration” in the brief"
    if kind == "allow" or name == "allow":
        return f"set {path} to another rule"
    lifecycle = draft.entities[parts[1]].lifecycle if parts[0] == "entities" and parts[1] in draft.entities else None
    if kind == "lifecycle" and lifecycle is not None and name in lifecycle.transitions:
        state = lifecycle.transitions[name].target
        others = [key for key, move in lifecycle.transitions.items() if move.target == state and key != name]
        return f"delete {path}" if others else f"delete {path} and the state {state}"
    if name in spoken or (parts[0] == "entities" and len(parts) == 2):
        return f"delete {path} and every line that names {name}"
    return f"delete {path}"


def spoken_texts(draft: Draft) -> list[str]:
    """Every rule, step, check and list of unique fields."""
    texts: list[str] = []
    for entity in draft.entities.values():
        for members in (entity.allow, entity.computed, entity.checks):
            texts += [member.notation for member in members.values()]
        texts += [name for names in entity.unique for name in names]
        moves = entity.lifecycle.transitions.values() if entity.lifecycle is not None else ()
        texts += [text for move in moves for text in (move.allow, *_texts(move.steps))]
    return [*texts, *(text for operation, _ in draft.operations.values() for text in _texts(operation))]


def _texts(data: Data) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for item in data.items() if isinstance(data, dict) else ():
        yield item[0]
        yield from _texts(item[1])
    for value in data if isinstance(data, list) else ():
        yield from _texts(value)


def present(draft: Draft, path: str) -> bool:
    """Whether an element is still in the draft."""
    parts = path.split(".")
    if parts[0] == "operations":
        return parts[1] in draft.operations
    if parts[0] == "identity":
        return draft.identity and (len(parts) < 3 or parts[2] in draft.roles)
    entity = draft.entities.get(parts[1])
    if entity is None or len(parts) == 2:
        return entity is not None
    if parts[2] == "owner":
        return bool(entity.owner)
    if parts[2] == "lifecycle":
        return entity.lifecycle is not None and (len(parts) < 5 or parts[4] in entity.lifecycle.transitions)
    members = {"fields": entity.fields, "allow": entity.allow, "parts": entity.parts}.get(parts[2], {})
    return len(parts) < 4 or parts[3] in members
