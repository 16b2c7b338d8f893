"""What the brief leaves unsaid: packs at the start, kinds and plain defaults at the end."""

from __future__ import annotations

from backwright.packs import Data, section, words
from backwright.sources.brief.deeds import event_like
from backwright.sources.brief.draft import Draft, EntityDraft, FieldDraft, LifecycleDraft, TransitionDraft
from backwright.sources.brief.facts import Can, Has, Mention, NounPhrase, Topic
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import Kind, lexicon
from backwright.sources.brief.naming import camel, reference_name, title
from backwright.sources.brief.packs import Binding, pack, renamed
from backwright.sources.brief.relations import add_field, own, refer
from backwright.sources.brief.world import SIGNED_IN, World, identifier

__all__ = ["apply_packs", "complete", "expand_domains"]

_BUYING = frozenset(["order", "buy", "purchase"])


def apply_packs(world: World) -> None:
    """Instantiates the packs that the brief calls for, in the brief's own nouns."""
    _identity(world)
    shop = world.triggered("catalog", nominal=True)
    ordering = shop or world.triggered("orders") or _ordered_by_verb(world)
    catalog = shop or _catalog_named(world)
    if world.without("order", "orders", "ordering", "order processing", "checkout"):
        ordering = ""
    if not ordering and not catalog:
        return
    binding = _bind(world, bool(ordering))
    if ordering or catalog:
        _instantiate(world, "catalog", binding, shop or catalog or ordering, bool(shop or catalog))
    if ordering:
        _instantiate(world, "orders", binding, ordering, True)


def _identity(world: World) -> None:
    refused = world.without(
        "registration",
        "authentication",
        "login",
        "user account",
        "user accounts",
        "account",
        "users",
        "user management",
        "auth",
        "sign up",
        "signup",
        "logins",
        "user",
    )
    selling = world.triggered("catalog", nominal=True) or world.triggered("orders") or world.triggered("catalog")
    world.anonymous = bool(refused)
    world.draft.identity = (
        not refused or bool(selling) or any(world.rank(role) in ("staff", "admin") for role in world.people.values())
    )
    if not world.draft.identity:
        return
    if refused:
        world.draft.suppose(
            "identity",
            "Those who look after the data sign in; nobody else has to.",
            "identity",
            "medium",
            "take identity out, and every rule that names me",
        )
    called = world.triggered("identity")
    entity = _fragment(world, "User", section(pack("identity").entities["User"]), called or "pack:identity", "identity")
    world.draft.entities["User"] = entity
    if called:
        world.draft.credit(called, "entities.User")
        world.draft.credit(called, "identity")
    _suppose(world.draft, entity, "identity", "high")


def _catalog_named(world: World) -> str:
    """The catalogue is asked for by its name; things called products that are described in full are just things."""
    for area, origin in world.areas.items():
        if area in (
            "product catalog",
            "product catalogue",
            "catalog",
            "catalogue",
            "product management",
            "product listing",
            "product listings",
        ):
            return origin
    product = any(
        isinstance(fact, Has) and fact.subject.key in pack("catalog").binds["Product"][:1] for _, fact in world.facts
    )
    if not product:
        for area, origin in world.areas.items():
            if area in ("product", "products"):
                return origin
    return ""


def _ordered_by_verb(world: World) -> str:
    for origin, fact in world.facts:
        if isinstance(fact, Can) and not fact.negated and fact.object is not None:
            if (
                fact.verb.base in _BUYING
                and fact.verb.noun == "order"
                and not lexicon().role(fact.object.key)
                and fact.verb.base != "order"
            ):
                return origin
            if fact.verb.base == "order" and fact.object.plural:
                return origin
            if fact.object.key == "order" and fact.verb.base in ("place", "make", "submit"):
                return origin
    return ""


def _bind(world: World, ordering: bool) -> Binding:
    """Which noun of the brief stands for the pack's product, order, customer, staff."""
    nouns: dict[str, tuple[str, ...]] = {}
    product = _product(world, ordering)
    if product and product != ("product",):
        nouns["product"] = product
    world.bound |= {
        name: _pascal(product or ("product",))
        for name in (*pack("catalog").binds["Product"], " ".join(product or ("product",)))
    }
    world.bound |= {name: "Order" for name in pack("orders").binds["Order"]} if ordering else {}
    customer = _person(world, "client", "customer")
    if customer != ("customer",):
        nouns["customer"] = customer
    if ordering or world.people:
        world.draft.roles.setdefault(identifier(customer), "pack:orders" if ordering else "pack:catalog")
    staff = _person(world, "staff", "staff")
    if staff != ("staff",):
        nouns["staff"] = staff
    world.draft.roles.setdefault(identifier(staff), "pack:catalog")
    return Binding(nouns)


def _pascal(parts: tuple[str, ...]) -> str:
    return "".join(part.capitalize() for part in parts)


def _person(world: World, rank: str, usual: str) -> tuple[str, ...]:
    """The brief's word for a pack's role."""
    keys = [key for key in world.people if world.rank(world.people[key]) == rank]
    if usual in keys or not keys:
        return (usual,)
    buyers = [
        fact.actor.key
        for _, fact in world.facts
        if isinstance(fact, Can)
        and fact.actor is not None
        and (fact.verb.noun == "order" or (fact.object is not None and fact.object.key == "order"))
    ]
    chosen = next((key for key in buyers if key in keys), keys[0])
    return tuple(chosen.split()) if rank == "client" or len(keys) == 1 else (usual,)


def _product(world: World, ordering: bool) -> tuple[str, ...]:
    """The brief's word for what is sold."""
    nouns = pack("catalog").binds["Product"]
    spoken = [noun for _, fact in world.facts for noun in _nouns(fact)]
    if any(noun.key == "product" or noun.raw in pack("catalog").triggers for noun in spoken):
        return ("product",)
    for _, fact in world.facts:
        if (
            isinstance(fact, Can)
            and fact.verb.base in _BUYING
            and fact.object is not None
            and fact.object.key not in ("order", "purchase", *lexicon().containers)
            and not world.role(fact.object)
        ):
            return fact.object.words
        if (
            isinstance(fact, Has)
            and fact.subject.key == "order"
            and fact.item.plural
            and not world.role(fact.item)
            and fact.item.key not in lexicon().attributes
            and fact.item.head not in ("line", "item")
        ):
            return fact.item.words
    shop = world.topics
    keys = {noun.key: noun for noun in spoken}
    for word in shop:
        base = singular(word)
        named = (
            base in keys
            and not isinstance(keys[base], str)
            and base not in pack("catalog").nominal
            and base not in lexicon().technical
        )
        if (named and base in world.declared) or base in lexicon().goods:
            return (base,)
    for word in ("bookstore", "bookshop"):
        if word in shop:
            return ("book",)
    for name in nouns[1:3]:
        if name in keys and name in world.declared:
            return (name,)
    priced = [
        fact.subject.words
        for _, fact in world.facts
        if isinstance(fact, Has) and "price" in fact.item.key and fact.subject.key not in ("order", "order line")
    ]
    if ordering and priced:
        return priced[0]
    edible = [noun for noun in spoken if noun.key in ("menu item", "dish", "meal")]
    return edible[0].words if ordering and edible else ()


def _nouns(fact: object) -> list[NounPhrase]:
    found = [getattr(fact, name, None) for name in ("subject", "item", "object", "noun")]
    return [noun for noun in found if isinstance(noun, NounPhrase)]


def _instantiate(world: World, name: str, binding: Binding, origin: str, whole: bool) -> None:
    """Puts a pack's elements into the draft."""
    source = pack(name)
    left_out = {path for path, nouns in source.optional.items() if world.without(*nouns)}
    if not whole and not any(
        noun in area.split() or noun in area
        for noun in ("category", "categories")
        for area in (*world.areas, *world.declared)
    ):
        left_out |= {path for path in source.optional if "ategory" in path}
    if "stock" in left_out:
        left_out.add("Product.stock")
    entities = {key: value for key, value in source.entities.items() if key not in left_out}
    for key, value in entities.items():
        body = section(renamed(value, binding))
        entity_name = next(iter(section(renamed({key: ""}, binding))))
        entity = _fragment(world, entity_name, body, f"pack:{name}", name)
        world.draft.entities[entity_name] = entity
        world.bound.setdefault(title(entity_name), entity_name)
        world.draft.credit(origin, f"entities.{entity_name}")
    for key, value in source.operations.items():
        operation_name = next(iter(section(renamed({key: ""}, binding))))
        world.draft.operations[operation_name] = (section(renamed(value, binding)), f"pack:{name}")
        world.draft.credit(origin, f"operations.{operation_name}")
    for entity in world.draft.entities.values():
        for part in entity.parts.values():
            if (inner := world.draft.entities.get(part.notation.split("[")[0])) is not None:
                inner.whole = entity.name
    for path in sorted(left_out):
        drop(world.draft, ".".join(next(iter(section(renamed({piece: ""}, binding)))) for piece in path.split(".")))
    if name == "orders" and "stock" not in _all_fields(world.draft):
        _scrub(world.draft, "stock")
    for entity in world.draft.entities.values():
        if entity.pack == name:
            _suppose(world.draft, entity, name, "high")
    for operation in world.draft.operations:
        world.draft.suppose(
            f"operations.{operation}",
            f"{title(operation).capitalize()} takes stock and fixes the price in one transaction.",
            name,
            "high",
        )


def _all_fields(draft: Draft) -> set[str]:
    return {name for entity in draft.entities.values() for name in entity.fields}


def _fragment(world: World, name: str, body: dict[str, Data], origin: str, pack_name: str) -> EntityDraft:
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


def _suppose(draft: Draft, entity: EntityDraft, name: str, confidence: str) -> None:
    """Every element of a pack is an inference of its own."""
    shown = title(entity.name)
    path = f"entities.{entity.name}"
    sure = "high" if confidence == "high" else "medium"
    off = f"write “no {shown}” in the brief" if entity.name != "User" else "write “without registration” in the brief"
    draft.suppose(path, f"There is a {shown}.", name, "high" if sure == "high" else "medium", off)
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
        _scrub(draft, parts[1])


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


def _scrub(draft: Draft, member: str) -> None:
    """Takes the writes of a field out of every step."""
    for name, (operation, origin) in list(draft.operations.items()):
        draft.operations[name] = (section(_scrubbed(operation, member)), origin)
    for entity in draft.entities.values():
        if entity.lifecycle is not None:
            for move in entity.lifecycle.transitions.values():
                move.steps = _list(_scrubbed(move.steps, member))


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


def expand_domains(world: World) -> None:
    """A field of work that stands alone brings what it usually has: "Build a blog API"."""
    if any(name != "User" for name in world.draft.entities):
        return
    known = lexicon()
    for origin, fact in world.facts:
        if not isinstance(fact, Topic | Mention):
            continue
        for phrase in (
            fact.noun.raw,
            fact.noun.key,
            *(" ".join(fact.noun.words[at:]) for at in range(1, len(fact.noun.words))),
            *(" ".join(fact.noun.words[:at]) for at in range(1, len(fact.noun.words))),
        ):
            if phrase in known.domains:
                world.declared |= dict.fromkeys(known.domains[phrase])
                for noun in known.domains[phrase]:
                    thing = world.entity(NounPhrase(tuple(noun.split()), noun, True), origin)
                    if thing is not None:
                        thing.event = noun in (
                            "loan",
                            "appointment",
                            "booking",
                            "reservation",
                            "rental",
                            "enrollment",
                            "registration",
                            "transfer",
                            "membership",
                            "application",
                            "bid",
                            "vote",
                            "parking session",
                            "response",
                        )
                        world.draft.suppose(f"entities.{thing.name}", f"A {phrase} has {noun}s.", "domains", "medium")
                return
    for origin, fact in world.facts:
        if isinstance(fact, Topic) and fact.noun.raw not in known.identity and not world.triggered("identity"):
            thing = world.entity(fact.noun, origin)
            if thing is not None and thing.name != "User":
                world.draft.suppose(f"entities.{thing.name}", f"The application keeps {thing.name}.", "domains", "low")
                world.draft.ask(9, f"What does a {title(thing.name)} have, and who may do what with it?")


def complete(world: World) -> None:
    """Gives every thing the least that such a thing has."""
    known = lexicon()
    for entity in list(world.draft.entities.values()):
        if entity.pack or entity.whole:
            continue
        entity.event = entity.event or (
            event_like(entity.phrase)
            and not any(
                isinstance(fact, Can)
                and fact.actor is not None
                and fact.verb.act in ("create", "manage")
                and fact.object is not None
                and fact.object.key == entity.phrase
                and world.rank(world.role(fact.actor)) == "staff"
                for _, fact in world.facts
            )
        )
        kind = known.kinds.get(entity.phrase) or known.kinds.get(entity.phrase.rpartition(" ")[2])
        plain = [name for name, member in entity.fields.items() if not member.notation[:1].isupper()]
        if kind is not None and not plain:
            _kind(world, entity, kind)
        elif kind is not None and (kind.moves or kind.locked or kind.between):
            _kind(world, entity, kind)
        elif (
            not plain
            and not entity.event
            and not entity.unique
            or (entity.phrase in world.persons_as_things and not any("ame" in name for name in plain))
        ):
            _bare(world, entity)
        if kind is not None and not entity.owner:
            _keeper(world, entity, kind)
    for entity in list(world.draft.entities.values()):
        if not entity.pack and not entity.whole:
            _links(world, entity)
            _between(world, entity)
    for entity in list(world.draft.entities.values()):
        _money(world, entity)


def _kind(world: World, entity: EntityDraft, kind: Kind) -> None:
    timed = entity.event and kind.fields and all(notation.startswith("datetime") for _, notation in kind.fields)
    if timed and any(
        inner.notation.startswith("datetime")
        for member in entity.fields.values()
        if (other := world.draft.entities.get(member.notation.split(" ")[0])) is not None
        for inner in other.fields.values()
    ):
        return
    for name, notation in kind.fields:
        if name not in entity.fields and name not in entity.parts:
            entity.fields[name] = FieldDraft(notation, "kind:fields")
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} has {title(name)}: {notation}.",
                "kinds",
                "medium",
            )
    names = {name for name, _ in kind.fields}
    for number, check in enumerate(kind.checks, 1):
        if names <= set(entity.fields):
            entity.checks["order" if number == 1 else f"order{number}"] = FieldDraft(check, "kind:fields")


def _bare(world: World, entity: EntityDraft) -> None:
    fields = {"name": "string(1..80)"}
    if entity.phrase in world.persons_as_things and not entity.fields:
        fields |= {"email": "email optional personal", "phone": "phone optional personal"}
    for name, notation in fields.items():
        if name not in entity.fields:
            entity.fields[name] = FieldDraft(notation, "kind:fields")
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} has {title(name)}.",
                "kinds",
                "low",
                "" if len(entity.fields) > 1 else f"say in the brief what a {title(entity.name)} has",
            )
    world.draft.ask(6, f"What does a {title(entity.name)} have besides a name?")


def _keeper(world: World, entity: EntityDraft, kind: Kind) -> None:
    """Who writes such a thing owns it, where the brief gives nobody else."""
    if not world.draft.identity or entity.phrase in world.persons_as_things:
        return
    makers = [grant.who for grant in entity.grants if grant.action == "create" and grant.who and not grant.negated]
    if (
        makers
        and all(world.rank(role) in ("staff", "admin") for role in makers if role not in (SIGNED_IN, "anyone"))
        and SIGNED_IN not in makers
    ):
        return
    if (
        kind.mine
        and not world.people
        or kind.author
        or (entity.event and not any(member.notation.startswith("User") for member in entity.fields.values()))
    ):
        role = next((name for name in world.people.values() if world.rank(name) == "client"), SIGNED_IN)
        if (
            any(world.people.get(key) for key in world.people)
            and role == SIGNED_IN
            and entity.event
            and not kind.author
        ):
            return
        own(world, entity, role, "pack:kinds", kind.author)
        world.draft.suppose(
            f"entities.{entity.name}.owner",
            f"A {title(entity.name)} belongs to whoever makes it.",
            "kinds",
            "medium",
            f"delete entities.{entity.name}.owner and its field",
        )


def _links(world: World, entity: EntityDraft) -> None:
    """An act is about something: where the brief does not say about what, about the things it names."""
    kind = lexicon().kinds.get(entity.phrase)
    if any(
        member.notation.split(" ")[0] in world.draft.entities and not member.notation.startswith("User")
        for member in entity.fields.values()
    ) or (kind is not None and kind.between):
        return
    if (
        any(member.notation.startswith("User") and name != entity.owner for name, member in entity.fields.items())
        and entity.event
    ):
        return
    if kind is not None and kind.about:
        _about(world, entity, kind)
        return
    if not entity.event:
        return
    others = [
        other
        for other in world.draft.entities.values()
        if other is not entity and not other.event and not other.whole and other.name != "User"
    ]
    people = [other for other in others if other.phrase in world.persons_as_things]
    for other in (people or others)[:2]:
        refer(world, entity, other, "pack:kinds")
        name = reference_name(entity.name, other.name)
        if name in entity.fields:
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} is about a {title(other.name)}.",
                "kinds",
                "low",
            )


def _about(world: World, entity: EntityDraft, kind: Kind) -> None:
    """A comment is about the first thing that the brief names and comments are usually about."""
    by_phrase = {
        other.phrase: other
        for other in world.draft.entities.values()
        if other is not entity and other.name != "User" and not other.whole
    }
    chosen = next((by_phrase[phrase] for phrase in kind.about if phrase in by_phrase), None)
    if chosen is None and "any" in kind.about:
        chosen = next(
            (
                other
                for phrase, other in by_phrase.items()
                if (known := lexicon().kinds.get(phrase)) is None or "any" not in known.about
            ),
            None,
        )
    if chosen is None:
        return
    refer(world, entity, chosen, "pack:kinds")
    name = reference_name(entity.name, chosen.name)
    world.draft.suppose(
        f"entities.{entity.name}.fields.{name}",
        f"A {title(entity.name)} is about a {title(chosen.name)}.",
        "kinds",
        "medium",
    )


def _between(world: World, entity: EntityDraft) -> None:
    kind = lexicon().kinds.get(entity.phrase)
    if kind is None or not kind.between or any(name.startswith("from") for name in entity.fields):
        return
    other = next((candidate for candidate in world.draft.entities.values() if candidate.phrase == kind.between), None)
    if other is not None:
        for prefix in ("from", "to"):
            add_field(world, entity, f"{prefix}{other.name}", other.name, "pack:kinds")


def _money(world: World, entity: EntityDraft) -> None:
    """A transfer moves what it says from one side to the other, once it is approved or at once."""
    kind = lexicon().kinds.get(entity.phrase)
    if kind is None or not kind.moves or entity.pack:
        return
    sides = {name[:4].rstrip("AQ"): name for name in entity.fields if name.startswith(("from", "to"))}
    start = next((name for name in entity.fields if name.startswith("from")), "")
    end = next(
        (name for name in entity.fields if name.startswith("to") and entity.fields[name].notation[:1].isupper()), ""
    )
    if not sides or not start or not end:
        return
    side = world.draft.entities.get(entity.fields[start].notation.split(" ")[0])
    if side is None:
        return
    if kind.moves not in side.fields:
        side.fields[kind.moves] = FieldDraft("money >= 0 default 0", "kind:fields")
        world.draft.suppose(
            f"entities.{side.name}.fields.{kind.moves}",
            f"A {title(side.name)} has a {kind.moves} that is never negative.",
            "kinds",
            "medium",
            f"describe the {title(side.name)} in the brief",
        )
    entity.checks["twoSides"] = FieldDraft(f"{start} != {end}", "kind:fields")
    if entity.lifecycle is None:
        _at_once(world, entity, side, start, end, kind.moves)
        return
    for name, move in entity.lifecycle.transitions.items():
        if move.target in ("approved", "accepted", "completed", "confirmed") and not move.steps:
            refusal: Data = {"error": "insufficient_funds", "status": "409"}
            move.steps = [
                {"let": {"moved": "amount"}},
                {"update": start, "set": {kind.moves: f"{kind.moves} - moved"}, "otherwise": refusal},
                {"update": end, "set": {kind.moves: f"{kind.moves} + moved"}},
            ]
            world.draft.suppose(
                f"entities.{entity.name}.lifecycle.transitions.{name}.steps",
                f"{title(name).capitalize()} moves the amount from one {kind.moves} to the other.",
                "kinds",
                "medium",
            )
            break


def _at_once(world: World, entity: EntityDraft, side: EntityDraft, start: str, end: str, moved: str) -> None:
    """Without an approval, one operation writes the transfer and moves the amount."""
    name = camel((lexicon().verbs[entity.phrase].base if entity.phrase in lexicon().verbs else "make", "money"))
    allow = "me != null"
    owner = next(
        (grant for grant in entity.grants if grant.action == "create" and grant.who not in ("", SIGNED_IN, "anyone")),
        None,
    )
    if owner is not None:
        allow = f"me.role == '{owner.who}'"
    steps: list[Data] = []
    if side.owner:
        steps.append(
            {"require": f"input.{start}.{side.owner} == me", "otherwise": {"error": "not_yours", "status": "403"}}
        )
    steps.append(
        {
            "update": f"input.{start}",
            "set": {moved: f"{moved} - input.amount"},
            "otherwise": {"error": "insufficient_funds", "status": "409"},
        }
    )
    steps.append({"update": f"input.{end}", "set": {moved: f"{moved} + input.amount"}})
    made: dict[str, Data] = {start: f"input.{start}", end: f"input.{end}", "amount": "input.amount"}
    if entity.owner:
        made = {entity.owner: "me", **made}
    steps.append({"create": entity.name, "as": "made", "set": made})
    path = title(entity.name).replace(" ", "-") + "s"
    operation: dict[str, Data] = {
        "route": f"POST /{path}",
        "allow": allow,
        "idempotent": "true",
        "input": {start: side.name, end: side.name, "amount": entity.fields["amount"].notation},
        "steps": steps,
        "returns": "made",
    }
    world.draft.operations[name] = (operation, "kind:moves")
    entity.grants = [grant for grant in entity.grants if grant.action not in ("create", "update")]
    entity.served = True
    world.draft.suppose(
        f"operations.{name}",
        f"{title(name).capitalize()} takes the amount from one {title(side.name)} and gives it to the other in one transaction.",
        "kinds",
        "medium",
    )
