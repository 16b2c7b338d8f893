"""What the brief rules out is taken out again, wherever it came from."""

from __future__ import annotations

from backwright.packs import Data
from backwright.sources.brief.assumptions import spoken_texts
from backwright.sources.brief.draft import EntityDraft
from backwright.sources.brief.facts import NounPhrase, Without
from backwright.sources.brief.naming import camel, pascal, title
from backwright.sources.brief.removal import drop
from backwright.sources.brief.world import World

__all__ = ["apply_without"]


def apply_without(world: World) -> None:
    """Drops entities, fields, parts and roles that the brief says it does not need."""
    draft = world.draft
    for origin, fact in world.facts:
        if not isinstance(fact, Without):
            continue
        draft.evidence.setdefault(origin, {})
        noun = fact.noun
        name = world.bound.get(noun.key, pascal(noun.words))
        if (
            name in draft.entities
            and name != "User"
            and not _needed(world, draft.entities[name], name[:1].lower() + name[1:], origin)
        ):
            drop(draft, name)
        member = camel(noun.words)
        for entity in list(draft.entities.values()):
            if member in entity.fields and entity.name != "User" and not _needed(world, entity, member, origin):
                drop(draft, f"{entity.name}.{member}")
            for key in (member, camel((*noun.words[:-1], noun.raw.split()[-1]))):
                if key in entity.parts:
                    part = entity.parts.pop(key)
                    draft.entities.pop(part.notation.split("[")[0], None)
        draft.roles.pop(_role(noun), None)
    if not draft.identity:
        _nobody(world)
    elif world.anonymous:
        _anonymous(world)


def _needed(world: World, entity: EntityDraft, member: str, origin: str) -> bool:
    """Whether a pack's rules and steps cannot do without a field; then the brief is asked."""
    draft = world.draft
    if not entity.pack or not any(f".{member}" in text for text in spoken_texts(draft)):
        return False
    draft.evidence.pop(origin, None)
    draft.ask(9, f"The {title(member)} is needed by what is done with it: what should stand in its place?")
    return True


def _role(noun: NounPhrase) -> str:
    return "_".join(noun.words)


def _anonymous(world: World) -> None:
    """Those who buy need no account: what they make belongs to nobody, and only the staff sees it."""
    draft = world.draft
    for entity in list(draft.entities.values()):
        if entity.owner:
            owner = entity.owner
            drop(draft, f"{entity.name}.{owner}")
            for rule in entity.allow.values():
                rule.notation = rule.notation.replace(f"{owner} == me || ", "")
            for move in entity.lifecycle.transitions.values() if entity.lifecycle is not None else ():
                move.allow = move.allow.replace(f"{owner} == me || ", "")
    for name, (operation, origin) in draft.operations.items():
        draft.operations[name] = (_open(operation), origin)


def _nobody(world: World) -> None:
    """Nobody signs in: no owners, no accounts."""
    draft = world.draft
    draft.entities.pop("User", None)
    for entity in list(draft.entities.values()):
        for member, field in list(entity.fields.items()):
            if field.notation.split(" ")[0] == "User":
                drop(draft, f"{entity.name}.{member}")
    for name, (operation, origin) in draft.operations.items():
        steps = operation.get("steps")
        kept = [step for step in steps if not _asks_who(step)] if isinstance(steps, list) else []
        draft.operations[name] = ({**_open(operation), "steps": kept}, origin)


def _open(operation: dict[str, Data]) -> dict[str, Data]:
    """For everyone; the keys of idempotent operations are kept by account, so there are none."""
    return {**{key: value for key, value in operation.items() if key != "idempotent"}, "allow": "true"}


def _asks_who(step: Data) -> bool:
    return isinstance(step, dict) and " me" in str(step.get("require", ""))
