"""Compositions: what is part of what, and the implied reference of a part to its whole."""

from __future__ import annotations

from backwright.blueprint.nodes import PartNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Field, Part, Reference
from backwright.plan.naming import back_reference

__all__ = ["parts"]

_LARGEST, _DEFAULT = 1_000, 100


def parts(draft: Draft) -> None:
    """Resolve `parts`, and give every part the reference to its whole."""
    for whole in draft.entities.values():
        for node in whole.node.parts:
            part = draft.entity(node.entity)
            if part is not None and _claim(draft, whole, node, part):
                low, high = _sizes(draft, node)
                back = part.back or ""
                name = node.name
                whole.parts.append(Part(name.id, name.name, part.name, back, low, high, node.origin))
    _cycles(draft)


def _claim(draft: Draft, whole: EntityDraft, node: PartNode, part: EntityDraft) -> bool:
    if part.whole is not None:
        reason = f"{part.name} is a part of {part.whole} already"
        draft.say("plan/two-wholes", reason, node.entity.origin, "Refer to one of the wholes by a field instead.")
        return False
    if draft.identity is not None and draft.identity.entity == part.name:
        draft.say("plan/identity", f"{part.name} signs in; it cannot be a part", node.entity.origin)
        return False
    back = back_reference(whole.name)
    declared = next((field for field in part.node.fields if field.name.name == back), None)
    if declared is not None:
        reason = f"{part.name} has the reference '{back}' already, because it is a part of {whole.name}"
        draft.say("name/duplicate", reason, declared.name.origin, "Remove it.")
        part.fields = [field for field in part.fields if field.name != back]
    part.whole, part.back = whole.name, back
    implied = Reference(whole.name, "cascade")
    part.fields.append(Field(back_reference(whole.node.name.id), back, implied, node.origin, immutable=True))
    if part.node.has_allow:
        reason = f"{part.name} is a part of {whole.name}: whoever may read or write the whole may read or write it"
        draft.say("policy/part", reason, part.node.origin, "Remove 'allow'.")
    if part.node.versioned:
        reason = f"{part.name} is a part of {whole.name}: it has no version but that of its whole"
        draft.say("plan/versioned", reason, part.node.origin, f"Remove 'versioned', or write it in {whole.name}.")
    if part.node.retirement:
        reason = f"{part.name} is a part of {whole.name}: it has no routes that could be deprecated"
        draft.say("plan/sunset", reason, part.node.retirement.origin, "Remove 'deprecated'.")
    return True


def _sizes(draft: Draft, node: PartNode) -> tuple[int, int]:
    low = int(node.min.value) if node.min else 0
    high = int(node.max.value) if node.max else max(_DEFAULT, low)
    for bound in (node.min, node.max):
        if bound is not None and (bound.value != int(bound.value) or not 0 <= bound.value <= _LARGEST):
            draft.say("type/bounds", f"{bound.value} is not a number between 0 and {_LARGEST}", bound.origin)
    if low > high or high < 1:
        origin = node.max.origin if node.max else node.origin
        draft.say("type/bounds", f"nothing lies between {low} and {high}", origin)
    return low, high


def _cycles(draft: Draft) -> None:
    reported: set[str] = set()
    for entity in draft.entities.values():
        chain = [entity.name]
        while (whole := draft.entities[chain[-1]].whole) is not None and whole not in chain:
            chain.append(whole)
        if whole == entity.name and entity.name not in reported:
            reported.update(chain)
            reason = f"{' is part of '.join([*chain, entity.name])}"
            draft.say("plan/part-cycle", reason, entity.node.origin, "Something must be the outermost whole.")
