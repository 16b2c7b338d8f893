"""Policies of entities: deny by default."""

from __future__ import annotations

from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.policies import resolve_rule

__all__ = ["rules"]


def rules(draft: Draft) -> None:
    """Compile `allow` of every entity."""
    for entity in draft.entities.values():
        for node in entity.node.allow:
            scope = draft.scope(entity.name)
            rule = resolve_rule(draft, node.action.value, node.expression, scope, node.origin)
            if rule is not None:
                entity.rules.append(rule)
        if entity.whole is None:
            _complete(draft, entity)


def _complete(draft: Draft, entity: EntityDraft) -> None:
    if not entity.node.has_allow:
        reason = f"{entity.name} does not say who may do what"
        advice = "Add 'allow', such as 'allow: {read: me != null}'; an action that is not named does not exist."
        draft.say("policy/missing", reason, entity.node.origin, advice)
        return
    actions = {node.action.value: node for node in entity.node.allow}
    if "read" in actions:
        return
    for action in ("update", "delete"):
        if action in actions:
            reason = f"{action} is allowed, but nobody may read {entity.name}"
            draft.say("policy/blind", reason, actions[action].origin, "Add 'read'.")
