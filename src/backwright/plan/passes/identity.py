"""Who signs in: the entity, its login field, the roles, and the `role` that the entity gains."""

from __future__ import annotations

from backwright.blueprint.nodes import IdentityNode, MemberNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Enumeration, Field, Identity, Text

__all__ = ["ROLE", "identity"]

ROLE = "role"
_GAINED = (ROLE, "password")


def identity(draft: Draft) -> None:
    """Resolve `identity`."""
    node = draft.blueprint.identity
    if node is None:
        return
    _resolve(draft, node)
    if draft.identity is None:
        draft.unreadable |= {"me", "owner"}


def _resolve(draft: Draft, node: IdentityNode) -> None:
    if node.entity is None:
        return
    entity = draft.entity(node.entity)
    roles = tuple(dict.fromkeys(role.name for role in node.roles))
    if not roles:
        draft.say("plan/identity", "'roles' needs one role or more", node.origin, "Write 'roles: [user, admin]'.")
        return
    if entity is None:
        return
    login = _login(draft, node, entity)
    members: tuple[MemberNode, ...] = (*entity.node.fields, *entity.node.parts, *entity.node.computed)
    for member in members:
        if member.name.name in _GAINED:
            reason = f"'{member.name.name}' is something that {entity.name} gains as the identity"
            draft.say("name/reserved", reason, member.name.origin, "Remove it.")
    ids = tuple(dict.fromkeys(role.id for role in node.roles))
    draft.identity = Identity(entity.name, login or "email", roles, node.origin, ids)
    if entity.find(ROLE) is None:
        entity.fields.append(Field(ROLE, ROLE, Enumeration(roles), node.origin, default=roles[0]))


def _login(draft: Draft, node: IdentityNode, entity: EntityDraft) -> str | None:
    if len(node.login) != 2 or node.login[1].value != "password":
        origin = node.login[0].origin if node.login else node.origin
        draft.say("plan/identity", "'login' is a field and 'password'", origin, "Write 'login: [email, password]'.")
        return None
    word = node.login[0]
    field = entity.find(word.value)
    if field is None:
        if word.value not in draft.unreadable:
            names = [candidate.name for candidate in entity.fields]
            draft.unknown("name/unknown-field", f"{entity.name} has no field", word, names)
        return None
    if not (isinstance(field.type, Text) and field.type.format == "email" and field.unique and not field.optional):
        reason = f"'{word.value}' must be an email, unique and required"
        draft.say("plan/identity", reason, field.origin, f"Write '{word.value}: email unique personal'.")
        return None
    if word.value != "email":
        advice = "Call it 'email'."
        draft.say("language/not-yet", "this version logs in with a field called 'email'", word.origin, advice)
        return None
    return word.value
