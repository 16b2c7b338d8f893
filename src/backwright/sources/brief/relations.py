"""What things have: attributes, references, parts, owners."""

from __future__ import annotations

import re

from backwright.sources.brief.attributes import Attribute, attribute, is_attribute, narrowed
from backwright.sources.brief.draft import EntityDraft, FieldDraft, LifecycleDraft
from backwright.sources.brief.facts import Has, Limit, NounPhrase
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel, pascal, reference_name
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["add_field", "apply_has", "apply_limit", "break_circles", "fields_named", "own", "refer"]

_KEPT_BY_ALL = frozenset(
    [
        "id",
        "identifier",
        "created at",
        "updated at",
        "creation date",
        "created date",
        "timestamp",
        "timestamps",
        "uuid",
        "last updated",
        "created",
        "updated",
        "date created",
        "modification date",
        "unique id",
        "primary key",
    ]
)


def apply_has(world: World, fact: Has, origin: str) -> None:
    """One "X has Y"."""
    role = world.role(fact.subject)
    if (
        role
        and role != "admin"
        and not fact.single
        and (not is_attribute(fact.item) or (fact.item.plural and fact.item.key in lexicon().kinds))
    ):
        _person_has(world, role, fact, origin)
        return
    subject = world.entity(fact.subject, origin)
    if subject is None:
        return
    subject.described = subject.described or not fact.single
    if fact.item.key in _KEPT_BY_ALL or fact.item.raw in _KEPT_BY_ALL:
        world.draft.credit(origin, f"entities.{subject.name}")
        return
    item_role = world.role(fact.item)
    if item_role:
        _has_person(world, subject, item_role, fact, origin)
    elif _is_field(world, fact.item) and not (fact.single and fact.item.head in lexicon().states):
        _field(world, subject, fact.item, origin)
    else:
        _relation(world, subject, fact, origin)


def _noted_as_list(item: NounPhrase) -> bool:
    """ "genres (list of strings)" are several."""
    return item.plural and bool(re.search(r"\b(?:list|array)\b", item.note)) and "string" in item.note


def _is_field(world: World, item: NounPhrase) -> bool:
    known = lexicon()
    if item.key in world.bound or item.key in world.persons_as_things or _noted_as_list(item):
        return False
    if (
        item.plural
        and item.head in known.values
        and not (item.key in known.attributes and item.raw in known.attributes)
    ):
        return False
    if item.key in known.either and not (item.plural or item.many) and item.key not in world.declared:
        return True
    if item.key in world.declared and not (
        item.key in known.attributes and not (item.plural or item.many) and item.key not in known.kinds
    ):
        return False
    if is_attribute(item):
        return item.raw in known.attributes or not (item.plural and item.head in known.kinds)
    return not (item.plural or item.many or item.key in known.kinds or item.head in known.kinds)


def _person_has(world: World, role: str, fact: Has, origin: str) -> None:
    """ "Members have loans": a loan is theirs."""
    if world.role(fact.item):
        return
    thing = world.entity(fact.item, origin)
    if thing is None or thing.name == "User":
        world.draft.credit(origin, "entities.User")
        return
    if not thing.owner and not thing.event and not _is_field(world, fact.item):
        own(world, thing, role, origin)


def fields_named(world: World, noun: NounPhrase) -> list[tuple[EntityDraft, str]]:
    """The fields that a noun names: "the price of a book", "book prices", "prices"."""
    if noun.key in world.bound or noun.key in world.persons_as_things or world.thing_name(noun) in world.draft.entities:
        return []
    readings: list[tuple[str, tuple[str, ...]]] = [("", noun.words), ("", tuple(noun.raw.split()))]
    readings += [(world.thing_name(noun.of), words) for _, words in readings] if noun.of is not None else []
    for at in range(1, len(noun.words)):
        head = world.thing_name(NounPhrase(noun.words[:at], " ".join(noun.words[:at])))
        readings += [(head, words[at:]) for words in (noun.words, tuple(noun.raw.split())) if words[at:]]
    for name, words in reversed(readings):
        members = dict.fromkeys([camel(words), attribute(NounPhrase(words, " ".join(words))).name])
        found = [
            (entity, member)
            for entity in world.draft.entities.values()
            for member in members
            if member in entity.fields and (not name or entity.name == name)
        ]
        if found and (name or len(words) == len(noun.words)):
            return found
    return []


def own(world: World, thing: EntityDraft, role: str, origin: str, name: str = "") -> None:
    """Gives a thing its owner."""
    if thing.owner or thing.whole or thing.name == "User":
        return
    kind = lexicon().kinds.get(thing.phrase)
    name = name or (kind.author if kind is not None and kind.author else "") or world.role_field(role)
    if name in thing.fields and not thing.fields[name].notation.startswith("User"):
        name = f"{name}Account"
    fields = {name: FieldDraft("User", origin)}
    thing.fields = fields | {key: value for key, value in thing.fields.items() if key != name}
    thing.owner = name
    world.draft.credit(origin, f"entities.{thing.name}.fields.{name}")


def _has_person(world: World, subject: EntityDraft, role: str, fact: Has, origin: str) -> None:
    name = world.role_field(role)
    if subject.name == "User":
        return
    if fact.item.plural and not fact.single:
        linked = subject.name + (pascal(tuple(role.split("_"))) if role != SIGNED_IN else "Member")
        link = world.draft.entities.setdefault(linked, EntityDraft(linked, "", origin, described=True, event=True))
        refer(world, link, subject, origin)
        add_field(world, link, name, "User", origin)
        link.unique = [[reference_name(link.name, subject.name), name]]
        return
    if (
        not subject.owner
        and world.rank(role) in ("client", "provider", "inner")
        and (fact.single or not fact.item.optional)
    ):
        own(world, subject, role, origin)
        return
    add_field(world, subject, name, "User" + (" optional" if fact.item.optional else ""), origin)


def add_field(world: World, subject: EntityDraft, name: str, notation: str, origin: str) -> None:
    """Adds a field; the first statement wins, a later one adds its flags."""
    if subject.name == "User" and name in ("password", "role"):
        world.draft.credit(origin, "identity")
        return
    if subject.name == "User" and name in ("email", "name"):
        world.draft.credit(origin, f"entities.User.fields.{name}")
        return
    if (
        name in subject.parts
        or name in subject.computed
        or (subject.lifecycle is not None and subject.lifecycle.field == name)
    ):
        return
    if subject.name == "User" and "optional" not in notation and "default" not in notation:
        notation = f"{notation} optional"
    if subject.name == "User":
        notation = notation.replace(" unique", "")
    known = subject.fields.get(name)
    if known is None or (known.origin.startswith(("pack:", "kind:")) and _stronger(known.notation, notation)):
        subject.fields[name] = FieldDraft(notation, origin)
    elif known.origin.startswith("pack:"):
        subject.fields[name] = FieldDraft(known.notation, origin)
    world.draft.credit(origin, f"entities.{subject.name}.fields.{name}")


def _stronger(before: str, after: str) -> bool:
    """Whether the brief's type says something else than the pack's."""
    return before.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0] != after.split("(", maxsplit=1)[0].split(
        " ", maxsplit=1
    )[0] and not after.startswith("string(1..200)")


def _field(world: World, subject: EntityDraft, item: NounPhrase, origin: str) -> None:
    known = lexicon()
    if item.key in known.credentials or item.raw in known.credentials:
        if subject.name == "User":
            world.draft.credit(origin, "identity")
        return
    found: Attribute = attribute(item)
    if item.key in known.either and not item.note:
        add_field(world, subject, found.name, known.either[item.key] + (" optional" if item.optional else ""), origin)
        return
    kind = known.kinds.get(subject.phrase)
    usual = dict(kind.fields).get(found.name) if kind is not None and not item.note else None
    if usual is not None:
        add_field(world, subject, found.name, usual, origin)
        return
    if found.state:
        _state(world, subject, found, origin)
        return
    if found.person and not world.draft.identity:
        return
    add_field(world, subject, found.name, found.notation, origin)
    if not found.sure:
        path = f"entities.{subject.name}.fields.{found.name}"
        world.draft.suppose(
            path, f"The {item.raw} of {subject.name} is text of at most 200 characters.", "types", "low"
        )
        world.draft.ask(2, f"What type is the {item.raw} of {subject.name}? Assumed: text.")


def _state(world: World, subject: EntityDraft, found: Attribute, origin: str) -> None:
    if len(found.values) > 1 and (subject.lifecycle is None or not subject.lifecycle.states):
        subject.lifecycle = LifecycleDraft(list(found.values), {}, origin)
        world.draft.credit(origin, f"entities.{subject.name}.lifecycle")
    elif subject.lifecycle is None:
        subject.lifecycle = LifecycleDraft([], {}, origin)
        world.draft.credit(origin, f"entities.{subject.name}.lifecycle")
    else:
        world.draft.credit(origin, f"entities.{subject.name}.lifecycle")


def _relation(world: World, subject: EntityDraft, fact: Has, origin: str) -> None:
    known = lexicon()
    item = fact.item
    many = (item.plural or item.many) and not fact.single
    if many and (item.head in known.values or _noted_as_list(item)) and item.key not in world.declared:
        _part(world, subject, item, origin)
        return
    other = world.entity(item, origin)
    if other is None or other is subject:
        if other is None and not world.without(item.key, item.raw):
            _field(world, subject, item, origin)
        elif other is subject:
            add_field(world, subject, camel(("parent", *item.words)), f"{subject.name} optional", origin)
        return
    if other.name == "User" or subject.name == "User":
        if subject.name == "User" and many:
            own(world, other, SIGNED_IN, origin)
        elif subject.name == "User":
            add_field(world, subject, camel(item.words), f"{other.name} optional", origin)
        return
    if other.whole == subject.name or subject.whole == other.name:
        return
    if many:
        if _refers(subject, other.name) and any(
            isinstance(f, Has)
            and world.thing_name(f.subject) == other.name
            and world.thing_name(f.item) == subject.name
            and f.item.plural
            for _, f in world.facts
        ):
            return
        if _refers(subject, other.name):
            return
        refer(world, other, subject, origin)
    else:
        if _refers(other, subject.name):
            return
        refer(world, subject, other, origin, item)


def _refers(one: EntityDraft, name: str) -> bool:
    return any(member.notation.split(" ")[0] == name for member in one.fields.values())


def refer(world: World, child: EntityDraft, parent: EntityDraft, origin: str, item: NounPhrase | None = None) -> None:
    """A reference from a child to its parent; a circle of required ones is broken here."""
    name = reference_name(child.name, parent.name)
    optional = item is not None and item.optional
    if child.name == parent.name:
        name, optional = f"parent{parent.name}", True
    if _circle(world, child.name, parent.name):
        optional = True
    if name in child.fields and not child.fields[name].origin.startswith("kind:"):
        return
    add_field(world, child, name, parent.name + (" optional" if optional else ""), origin)


def break_circles(world: World) -> None:
    """What needs what it is needed by could never be the first: one of the references is optional."""
    entities = world.draft.entities.values()
    members = [(entity, name) for entity in entities if not entity.pack for name in entity.fields]
    for entity, name in sorted(members, key=lambda member: member[1].startswith(("from", "to"))):
        field = entity.fields[name]
        if field.notation in world.draft.entities and _circle(world, entity.name, field.notation):
            entity.fields[name] = FieldDraft(f"{field.notation} optional", field.origin)


def _circle(world: World, child: str, parent: str) -> bool:
    """Whether `parent` needs `child` already."""
    seen: dict[str, None] = {}
    waiting = [parent]
    while waiting:
        name = waiting.pop()
        if name == child:
            return True
        if name in seen or name not in world.draft.entities:
            continue
        seen[name] = None
        waiting.extend(
            member.notation
            for member in world.draft.entities[name].fields.values()
            if member.notation in world.draft.entities
        )
        if world.draft.entities[name].whole:
            waiting.append(world.draft.entities[name].whole)
    return False


def _part(world: World, subject: EntityDraft, item: NounPhrase, origin: str) -> None:
    """ "Posts have tags": small rows inside their whole."""
    known = lexicon()
    name = camel((*item.words[:-1], item.raw.split()[-1]))
    entity = f"{subject.name}{pascal(item.words)}"
    if (
        name in subject.fields
        or name in subject.parts
        or entity in world.draft.entities
        or subject.whole
        or subject.name == "User"
    ):
        return
    part = EntityDraft(entity, item.key, origin, whole=subject.name, described=True)
    listed = known.attributes.get(item.key, "string(1..80)")
    field = "url" if listed == "url" else "name"
    part.fields[field] = FieldDraft(
        listed.split(" default")[0] if listed.startswith(("url", "string")) else "string(1..80)", origin
    )
    world.draft.entities[entity] = part
    subject.parts[name] = FieldDraft(f"{entity}[0..20]", origin)
    for path in (f"entities.{subject.name}.parts.{name}", f"entities.{entity}"):
        world.draft.credit(origin, path)


def apply_limit(world: World, fact: Limit, origin: str) -> None:
    """A bound of an attribute, on the thing named with it or on the only one that has it."""
    words = fact.subject.words
    owners: list[EntityDraft] = []
    if fact.subject.of is not None and (named := world.draft.entities.get(world.thing_name(fact.subject.of))):
        owners = [named]
    elif len(words) > 1:
        for cut in range(1, len(words)):
            head = NounPhrase(words[:cut], " ".join(words[:cut]))
            if named := world.draft.entities.get(world.thing_name(head)):
                owners, words = [named], words[cut:]
                break
    name = camel(attribute(NounPhrase(words, " ".join(words))).name.split())
    name = attribute(NounPhrase(words, " ".join(words))).name
    if not owners:
        owners = [entity for entity in world.draft.entities.values() if name in entity.fields]
    for entity in owners[:1] if len(owners) == 1 else owners:
        if name not in entity.fields:
            add_field(world, entity, name, attribute(NounPhrase(words, " ".join(words))).notation, origin)
        member = entity.fields.get(name)
        if member is not None and not (entity.name == "User" and name in ("email", "name")):
            entity.fields[name] = FieldDraft(narrowed(member.notation, fact.notation), member.origin)
        if member is not None:
            world.draft.credit(origin, f"entities.{entity.name}.fields.{name}")
