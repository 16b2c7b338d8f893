"""Fields that fewer people may see than the rest of their row: they are kept beside it, under a rule of their own."""

from __future__ import annotations

from backwright.sources.brief.assumptions import spoken_texts
from backwright.sources.brief.deeds import READING
from backwright.sources.brief.draft import EntityDraft, FieldDraft, Grant
from backwright.sources.brief.enforcement import narrowed_rule
from backwright.sources.brief.naming import pascal, reference_name, title
from backwright.sources.brief.rules import alternatives, rule_of
from backwright.sources.brief.world import Remark, World

__all__ = ["keep_apart"]


def keep_apart(world: World) -> None:
    """Moves every field with readers of its own to an entity of its own."""
    if not world.draft.identity:
        return
    for entity in list(world.draft.entities.values()):
        guarded: dict[str, list[Grant]] = {}
        for grant in entity.grants:
            if grant.action.startswith(READING):
                guarded.setdefault(grant.action.removeprefix(READING), []).append(grant)
        for member, grants in guarded.items():
            if member in entity.fields:
                _guard(world, entity, member, grants)


def _guard(world: World, entity: EntityDraft, member: str, grants: list[Grant]) -> None:
    whole = entity.allow.get("read")
    readers = narrowed_rule(world, entity, "read", grants, whole.notation if whole is not None else "")
    origin = grants[0].origin
    if entity.whole:
        _stop(world, entity, member, origin)
    elif _needed(world, entity, member):
        _narrow(world, entity, member, readers, origin)
    else:
        _split(world, entity, member, readers, origin)


def _needed(world: World, entity: EntityDraft, member: str) -> bool:
    """Whether a rule, a step or another field cannot do without the field."""
    if entity.owner == member or (entity.pack and not entity.fields[member].origin.startswith("s")):
        return True
    return any(member in text.replace(".", " ").split() for text in spoken_texts(world.draft))


def _stop(world: World, entity: EntityDraft, member: str, origin: str) -> None:
    message = (
        f"the {title(member)} of a {title(entity.name)} is shown with its whole, so it cannot be kept from anybody"
    )
    advice = f"Say who may see the {title(entity.whole)}, or describe the {title(entity.name)} as a thing of its own."
    world.remarks.append(Remark(origin, "brief/restriction-lost", message, advice, stops=True))


def _narrow(world: World, entity: EntityDraft, member: str, readers: str, origin: str) -> None:
    """The field cannot leave its row: whoever may not see it does not see the row."""
    shown = title(entity.name)
    entity.allow.pop("read", None)
    if readers:
        entity.allow["read"] = FieldDraft(readers, origin)
    message = f"the {title(member)} cannot be kept apart: whoever may not see it sees no {shown}"
    advice = f"Describe the {title(member)} as a thing of its own: “A {shown} has a … record with …”."
    world.remarks.append(Remark(origin, "brief/restriction-narrowed", message, advice))


def _split(world: World, entity: EntityDraft, member: str, readers: str, origin: str) -> None:
    draft = world.draft
    name = f"{entity.name}{pascal(title(member).split())}"
    name = f"{name}Confidential" if name in draft.entities else name
    back = reference_name(name, entity.name)
    beside = EntityDraft(name, f"{entity.phrase} {title(member)}", origin, described=True)
    beside.fields[back] = FieldDraft(f"{entity.name} unique on delete cascade", origin)
    beside.fields[member] = entity.fields.pop(member)
    order = list(draft.roles)
    seeing = [_seen_from(term, back, entity) for term in alternatives(readers)]
    beside.allow["read"] = FieldDraft(rule_of(seeing, order), origin)
    staff = [f"me.role == '{role}'" for role in order if world.rank(role) in ("staff", "admin")]
    writing = [term for term in seeing if term.startswith("me.role == ")] or staff[-1:]
    trusted = [term for term in writing if term in staff] or writing
    for action in ("create", "update", "delete"):
        beside.allow[action] = FieldDraft(rule_of(trusted, order), "pack:policies")
    if not readers:
        beside.allow["read"] = FieldDraft(staff[-1], "pack:policies")
    draft.entities[name] = beside
    path = f"entities.{entity.name}.fields.{member}"
    for elements in draft.evidence.values():
        if path in elements:
            del elements[path]
            elements[f"entities.{name}.fields.{member}"] = None
    for element in (f"entities.{name}", f"entities.{name}.allow.read"):
        draft.credit(origin, element)
    shown = f"The {title(member)} of a {title(entity.name)} is kept beside it, so that it has readers of its own."
    draft.suppose(f"entities.{name}", shown, "policies", "high", f"move {member} back to entities.{entity.name}")


def _seen_from(term: str, back: str, entity: EntityDraft) -> str:
    """An alternative of the row's rule, said of the entity beside it."""
    parts = []
    for part in term.split(" && "):
        subject, _, rest = part.partition(" ")
        if part == "this == me":
            parts.append(f"{back} == me")
        elif subject.partition(".")[0] in entity.fields or (
            entity.lifecycle is not None and subject == entity.lifecycle.field
        ):
            parts.append(f"{back}.{subject} {rest}")
        else:
            parts.append(part)
    return " && ".join(parts)
