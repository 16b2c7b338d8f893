"""Packs that the brief calls for, put into the draft."""

from __future__ import annotations

from backwright.packs import Data, section, words
from backwright.sources.brief.binding import bind
from backwright.sources.brief.draft import Draft, EntityDraft, FieldDraft, LifecycleDraft, TransitionDraft
from backwright.sources.brief.facts import Can, Has
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import title
from backwright.sources.brief.packs import Binding, Pack, pack, pack_names, renamed
from backwright.sources.brief.removal import drop, scrub
from backwright.sources.brief.world import World

__all__ = ["apply_packs"]


def apply_packs(world: World) -> None:
    """Instantiates the packs that the brief calls for, in the brief's own nouns."""
    packs = [pack(name) for name in pack_names()]
    _identity(world, packs)
    for deed in packs:
        if deed.needs:
            _pair(world, pack(deed.needs), deed)


def _pair(world: World, thing: Pack, deed: Pack) -> None:
    """A pack of things, and the one of what is done with them."""
    whole = world.triggered(thing.name, nominal=True)
    doing = whole or world.triggered(deed.name) or _done(world, deed)
    called = whole or world.triggered(thing.name)
    if world.without(*deed.list("refused")):
        doing = ""
    origin = called or _named(world, thing) or doing
    if not origin:
        return
    binding = bind(world, thing, deed if doing else None)
    left_out = _instantiate(world, thing, binding, origin, bool(called))
    if doing:
        _instantiate(world, deed, binding, doing, True)
        operation = next(reversed(world.draft.operations))
        world.acted[deed.subject] = operation
        entities = {member for entity in world.draft.entities.values() for member in entity.fields}
        for path in left_out:
            member = path.rpartition(".")[2]
            if member not in entities:
                scrub(world.draft, member)


def _identity(world: World, packs: list[Pack]) -> None:
    own = packs[0]
    refused = world.without(*own.list("refused"))
    kept = any(world.triggered(item.name, nominal) for item in packs[1:] for nominal in (True, False))
    looked_after = any(world.rank(role) in ("staff", "admin") for role in world.people.values())
    world.anonymous = bool(refused)
    world.draft.identity = not refused or kept or looked_after
    if not world.draft.identity:
        return
    if refused:
        said = "Those who look after the data sign in; nobody else has to."
        world.draft.suppose("identity", said, own.name, "medium", "take identity out, and every rule that names me")
    called = world.triggered(own.name)
    entity = _fragment("User", section(own.entities["User"]), called or f"pack:{own.name}", own.name)
    world.draft.entities["User"] = entity
    if called:
        world.draft.credit(called, "entities.User")
        world.draft.credit(called, "identity")
    _suppose(world.draft, entity, own.name)


def _named(world: World, thing: Pack) -> str:
    """The subject is named; where the brief describes it in full, it is just a thing."""
    if any(isinstance(fact, Has) and fact.subject.key == thing.subject for _, fact in world.facts):
        return ""
    return next((origin for area, origin in world.areas.items() if area in thing.list("named")), "")


def _done(world: World, deed: Pack) -> str:
    """The statement in which somebody does the deed, or nothing."""
    for origin, fact in world.facts:
        if not isinstance(fact, Can) or fact.negated or fact.object is None:
            continue
        if fact.object.key == deed.subject and fact.verb.base in deed.list("done"):
            return origin
        done = fact.verb.base in deed.list("acts") and fact.verb.noun == deed.subject
        if done and not lexicon().role(fact.object.key) and (fact.object.plural or fact.verb.base != deed.subject):
            return origin
    return ""


def _instantiate(world: World, source: Pack, binding: Binding, origin: str, whole: bool) -> tuple[str, ...]:
    """Puts a pack's elements into the draft; the paths of those left out come back."""
    left_out = {path for path, nouns in source.optional.items() if world.without(*nouns)}
    if not whole:
        left_out |= {path for path in source.list("extras") if not _spoken(world, source.optional[path])}
    for key, value in source.entities.items():
        if key in left_out:
            continue
        name = _named_by(key, binding)
        world.draft.entities[name] = _fragment(
            name, section(renamed(value, binding)), f"pack:{source.name}", source.name
        )
        world.bound.setdefault(title(name), name)
        world.draft.credit(origin, f"entities.{name}")
    for key, value in source.operations.items():
        name = _named_by(key, binding)
        world.draft.operations[name] = (section(renamed(value, binding)), f"pack:{source.name}")
        world.draft.credit(origin, f"operations.{name}")
    for entity in world.draft.entities.values():
        for part in entity.parts.values():
            if (inner := world.draft.entities.get(part.notation.partition("[")[0])) is not None:
                inner.whole = entity.name
    for path in sorted(left_out):
        drop(world.draft, ".".join(_named_by(piece, binding) for piece in path.split(".")))
    for entity in world.draft.entities.values():
        if entity.pack == source.name:
            _suppose(world.draft, entity, source.name)
    for key in source.operations:
        name = _named_by(key, binding)
        world.draft.suppose(
            f"operations.{name}", f"{title(name).capitalize()} is one transaction.", source.name, "high"
        )
    return tuple(sorted(left_out))


def _named_by(key: str, binding: Binding) -> str:
    """A name of the pack in the brief's nouns."""
    return next(iter(section(renamed({key: ""}, binding))))


def _spoken(world: World, nouns: tuple[str, ...]) -> bool:
    """Whether the brief names one of the nouns."""
    said = {singular(word) for area in (*world.areas, *world.declared) for word in area.split()}
    return any(noun in said for noun in nouns)


def _fragment(name: str, body: dict[str, Data], origin: str, pack_name: str) -> EntityDraft:
    entity = EntityDraft(
        name,
        title(name),
        origin,
        pack=pack_name,
        described=True,
        owner=str(body.get("owner", "")),
        plural=str(body.get("plural", "")),
    )
    source = f"pack:{pack_name}"
    for target, key in (
        (entity.fields, "fields"),
        (entity.parts, "parts"),
        (entity.computed, "computed"),
        (entity.allow, "allow"),
    ):
        for member, notation in section(body.get(key)).items():
            target[member] = FieldDraft(str(notation), source)
    lifecycle = section(body.get("lifecycle"))
    if lifecycle:
        moves = {
            key: TransitionDraft(
                list(words(move.get("from"))),
                str(move["to"]),
                str(move["allow"]),
                source,
                steps=_list(move.get("steps")),
            )
            for key, move in ((key, section(value)) for key, value in section(lifecycle["transitions"]).items())
        }
        entity.lifecycle = LifecycleDraft(
            list(words(lifecycle["states"])), moves, source, field=str(lifecycle["field"])
        )
    return entity


def _list(data: Data | None) -> list[Data]:
    return list(data) if isinstance(data, list) else []


def _suppose(draft: Draft, entity: EntityDraft, name: str) -> None:
    """Every element of a pack is an inference of its own."""
    shown = title(entity.name)
    path = f"entities.{entity.name}"
    off = f"write “no {shown}” in the brief" if entity.name != "User" else "write “without registration” in the brief"
    draft.suppose(path, f"There is a {shown}.", name, "high", off)
    for member, field in entity.fields.items():
        draft.suppose(f"{path}.fields.{member}", f"A {shown} has {title(member)}: {field.notation}.", name, "medium")
    if entity.lifecycle is not None:
        states = ", ".join(state.replace("_", " ") for state in entity.lifecycle.states)
        draft.suppose(
            f"{path}.lifecycle",
            f"A {shown} is {states}.",
            name,
            "medium",
            f"list the states in the brief: “{shown}s go from … to …”",
        )
    for action, rule in entity.allow.items():
        draft.suppose(
            f"{path}.allow.{action}",
            f"Who may {action} {shown}: {rule.notation}.",
            name,
            "medium",
            f"state in the brief who may {action} {shown}",
        )
