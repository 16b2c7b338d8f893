"""Entities whose answers may be kept."""

from __future__ import annotations

import re

from backwright.blueprint.text import Text
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.visibility import closed_beside, is_open

__all__ = ["caches"]

_TIME = re.compile(r"([1-9][0-9]{0,3})([smh])\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LONGEST = 3600


def caches(draft: Draft) -> None:
    """Resolve `cached`: only what everybody sees alike may be kept."""
    for entity in draft.entities.values():
        text = entity.node.cached
        if text is not None:
            entity.cached = _seconds(draft, text)
            _check(draft, entity, text)


def _seconds(draft: Draft, text: Text) -> int | None:
    match = _TIME.match(text.value)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if 0 < seconds <= _LONGEST:
        return seconds
    reason = f"'{text.value}' is no time from one second to one hour"
    draft.say("plan/cached", reason, text.origin, "Write a number and s, m or h, such as '30s'.")
    return None


def _check(draft: Draft, entity: EntityDraft, text: Text) -> None:
    if entity.whole is not None:
        reason = f"{entity.name} is a part of {entity.whole}: it has no answers of its own"
        draft.say("plan/cached", reason, text.origin, f"Remove 'cached', or write it in {entity.whole}.")
    elif all(node.action.value != "read" for node in entity.node.allow):
        if entity.node.has_allow:
            reason = f"nobody may read {entity.name}, so there are no answers to keep"
            draft.say("plan/cached", reason, text.origin, "Remove 'cached', or add 'read: true'.")
    elif any(rule.action == "read" for rule in entity.rules):
        _same_for_everybody(draft, entity, text)


def _same_for_everybody(draft: Draft, entity: EntityDraft, text: Text) -> None:
    advice = "Remove 'cached': an answer that is kept goes to everybody."
    closed = closed_beside(draft.entities.__getitem__, entity)
    if not is_open(entity):
        reason = f"not everybody sees the same of {entity.name}: its rule for reading is not 'true'"
        draft.say("policy/cached", reason, text.origin, advice)
    elif closed:
        reason = f"not everybody sees the same of {entity.name}: a computed field reads rows of {closed[0].name}"
        draft.say("policy/cached", reason, text.origin, advice)
