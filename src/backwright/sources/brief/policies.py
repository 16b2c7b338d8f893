"""Who may do what: the brief's grants, and careful defaults where it says nothing."""

from __future__ import annotations

from backwright.sources.brief.actors import NAMED, path_of
from backwright.sources.brief.draft import EntityDraft, FieldDraft, Grant, TransitionDraft
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import title
from backwright.sources.brief.world import SIGNED_IN, Remark, World

__all__ = ["said_rule", "settle_policies", "settle_roles", "terms_of"]

_ACTIONS = ("read", "create", "update", "delete")
_TAKEN_BACK = frozenset(
    [
        "vote",
        "like",
        "favorite",
        "favourite",
        "bookmark",
        "follow",
        "subscription",
        "attendance",
        "registration",
        "membership",
        "enrollment",
        "enrolment",
    ]
)


def settle_roles(world: World) -> None:
    """The roles, least trusted first: registration gives the first one."""
    named: dict[str, str] = dict(world.draft.roles)
    for origin, fact in world.facts:
        for noun in (
            getattr(fact, "actor", None),
            getattr(fact, "object", None),
            getattr(fact, "subject", None),
            getattr(fact, "item", None),
            getattr(fact, "noun", None),
        ):
            if noun is not None and (role := world.role(noun)) and role != SIGNED_IN:
                if named.get(role, "pack:").startswith("pack:"):
                    named[role] = origin
                world.draft.credit(origin, f"identity.roles.{role}")
    named.setdefault("admin", "pack:identity")
    world.draft.roles = named
    if not any(world.rank(role) in ("client", "provider") for role in named):
        world.draft.roles = {"user": "pack:identity", **named}
    world.draft.roles = {role: world.draft.roles[role] for role in world.ordered_roles()}
    for role, origin in world.closed.items():
        if next(iter(world.draft.roles)) == role:
            world.draft.roles = {"user": "pack:identity", **world.draft.roles}
            message = f"whoever registers is a user without rights; an administrator gives the role {role}"
            world.remarks.append(Remark(origin, "brief/restriction-narrowed", message, "Nothing, if that is meant."))
    first = next(iter(world.draft.roles))
    if world.rank(first) == "provider":
        world.draft.ask(8, f"May anybody register as {first.replace('_', ' ')}? Assumed: yes.")
    if list(world.draft.roles.values())[-1] == "pack:identity":
        world.draft.suppose(
            "identity.roles.admin",
            "An administrator looks after what nobody else may.",
            "identity",
            "high",
            "take admin out of identity.roles and out of every rule",
        )


def _supervisors(world: World) -> list[str]:
    return [role for role in world.draft.roles if world.rank(role) in ("staff", "admin")]


def roles_term(roles: list[str]) -> str:
    """`me.role == 'admin'`, or a list of roles."""
    if len(roles) == 1:
        return f"me.role == '{roles[0]}'"
    return "me.role in [" + ", ".join(f"'{role}'" for role in roles) + "]"


def _join(owned: list[str], roles: list[str], order: list[str]) -> str:
    listed = [role for role in order if role in roles]
    terms = list(dict.fromkeys(owned))
    if len(terms) > 1 or listed:
        terms = [f"({term})" if " && " in term else term for term in terms]
    return " || ".join([*terms, *([roles_term(listed)] if listed else [])])


def settle_policies(world: World) -> None:
    """Every entity and every move gets its rule."""
    for entity in world.draft.entities.values():
        if entity.whole:
            continue
        if entity.lifecycle is not None:
            for name, move in entity.lifecycle.transitions.items():
                _transition(world, entity, name, move)
        for action in _ACTIONS:
            if entity.pack:
                _packed(world, entity, action)
                _makers_keep(entity, action)
            else:
                _plain(world, entity, action)
        _movers_see(world, entity)
        _sighted(entity)
        _published(entity)
        if not world.draft.identity:
            _open(entity)


def _movers_see(world: World, entity: EntityDraft) -> None:
    """Whoever may move a thing on may read it."""
    rule = entity.allow.get("read")
    if rule is None or entity.pack or rule.notation in ("true", "me != null") or entity.lifecycle is None:
        return
    grants = [grant for move in entity.lifecycle.transitions.values() for grant in move.grants]
    stated = [grant for grant in grants if grant.who not in ("", SIGNED_IN, "anyone") and grant.says]
    owned, roles, _ = terms_of(world, entity, stated, "read")
    missing = [term for term in dict.fromkeys(owned) if term not in rule.notation]
    listed = [role for role in dict.fromkeys(roles) if f"'{role}'" not in rule.notation]
    if missing or listed:
        more = [*missing, *([roles_term(listed)] if listed else [])]
        entity.allow["read"] = FieldDraft(" || ".join([rule.notation, *more]), rule.origin)


def _sighted(entity: EntityDraft) -> None:
    """Nobody changes what nobody may read; who moves a thing on sees it."""
    if "read" in entity.allow:
        return
    moves = entity.lifecycle.transitions.values() if entity.lifecycle is not None else ()
    seeing = next((move.allow for move in moves), "")
    if seeing:
        entity.allow["read"] = FieldDraft(seeing, "pack:policies")
    for action in () if seeing else ("update", "delete"):
        entity.allow.pop(action, None)


def _open(entity: EntityDraft) -> None:
    """Where nobody signs in, everybody may do everything."""
    for action, rule in entity.allow.items():
        entity.allow[action] = FieldDraft("true", rule.origin)
    if entity.lifecycle is not None:
        for move in entity.lifecycle.transitions.values():
            move.allow = "true"


def _transition(world: World, entity: EntityDraft, name: str, move: TransitionDraft) -> None:
    stated = [grant for grant in move.grants if grant.says]
    banned = [grant.who for grant in move.grants if grant.bans]
    if move.allow and not stated and not banned:
        return
    supervisors = [role for role in _supervisors(world) if role not in banned]
    if not stated:
        owned = (
            [f"{entity.owner} == me"]
            if entity.owner and entity.event and move.target in ("cancelled", "returned", "completed") and not banned
            else []
        )
        move.allow = _join(owned, supervisors or ["admin"], list(world.draft.roles))
        world.draft.suppose(
            f"entities.{entity.name}.lifecycle.transitions.{name}.allow",
            f"{_who(supervisors)} may {title(name)} a {title(entity.name)}.",
            "policies",
            "low",
            f"set entities.{entity.name}.lifecycle.transitions.{name}.allow to another rule",
        )
        return
    only = [grant for grant in stated if grant.only]
    owned, roles, everyone = terms_of(world, entity, only or stated, "update")
    roles = (
        roles
        if only
        else [*roles, *(role for role in supervisors if role == "admin" or (entity.pack and role in move.allow))]
    )
    move.allow = everyone or _join(owned, roles, list(world.draft.roles))


def terms_of(world: World, entity: EntityDraft, grants: list[Grant], action: str) -> tuple[list[str], list[str], str]:
    """Ownership terms, roles, and the word for everyone."""
    owned: list[str] = []
    roles: list[str] = []
    for grant in grants:
        if grant.who.startswith(NAMED):
            named = "this" if entity.name == "User" else path_of(world, entity, grant.who)
            making = action == "create" and "." not in named and named != entity.owner
            owned += [f"{named} == me"] if named and not making else []
            continue
        if grant.who == "anyone":
            if action == "read" or not entity.owner:
                return [], [], "true"
            continue
        trusted = grant.who != SIGNED_IN and world.rank(grant.who) in ("staff", "admin")
        field = _own_field(world, entity, grant.who)
        limited = grant.own or (not trusted and not grant.every and (action != "read" or not (_public(world, entity))))
        theirs = "" if trusted or grant.every or action == "create" else _through(world, entity, grant.who)
        if theirs:
            owned.append(f"{theirs} == me")
        elif field and ((action == "create" and not trusted) or (limited and (not trusted or grant.own))):
            term = "this == me" if entity.name == "User" else f"{field} == me"
            if grant.who != SIGNED_IN and action == "create":
                term = f"{term} && me.role == '{grant.who}'"
            owned.append(term)
        elif grant.who == SIGNED_IN:
            return [], [], "me != null"
        else:
            roles.append(grant.who)
    return owned, roles, ""


def _through(world: World, entity: EntityDraft, role: str) -> str:
    """The path to whoever owns what a row is about, where it is not the row's own: `book.author`."""
    name = world.role_field(role)
    if role == SIGNED_IN or name in entity.fields:
        return ""
    for member, field in entity.fields.items():
        other = world.draft.entities.get(field.notation)
        if other is not None and other.name != "User" and other.owner == name:
            return f"{member}.{name}"
    return ""


def _public(world: World, entity: EntityDraft) -> bool:
    """Whether everyone may read such a thing: not where it is about something that belongs to somebody."""
    kind = lexicon().kinds.get(entity.phrase)
    return kind is not None and kind.public and not _private_whole(world, entity)


def _private_whole(world: World, entity: EntityDraft) -> str:
    """The path to whoever owns the private thing that a row is about, or nothing."""
    for member, field in entity.fields.items():
        other = world.draft.entities.get(field.notation)
        if other is None or other.name == "User" or not other.owner:
            continue
        kind = lexicon().kinds.get(other.phrase)
        if kind is None or not kind.public:
            return f"{member}.{other.owner}"
    return ""


def _own_field(world: World, entity: EntityDraft, role: str) -> str:
    if entity.name == "User":
        return "this"
    name = world.role_field(role)
    if (
        name in entity.fields
        and entity.fields[name].notation.split(" ")[0] == "User"
        and "optional" not in entity.fields[name].notation
    ):
        return name
    if role == SIGNED_IN or not entity.owner:
        return entity.owner
    others = (world.role_field(other) for other in world.draft.roles if other != role)
    return "" if entity.owner in others else entity.owner


def _plain(world: World, entity: EntityDraft, action: str) -> None:
    kind = lexicon().kinds.get(entity.phrase)
    start = next((name for name in entity.fields if name.startswith("from")), "")
    if kind is not None and kind.moves and start and action != "read":
        if action == "create":
            _moving(world, entity, start)
        return
    grants = [grant for grant in entity.grants if grant.action == action]
    banned = [grant.who for grant in grants if grant.bans]
    stated = [grant for grant in grants if grant.says]
    if not stated and not world.actors_named and any(not grant.who and not grant.negated for grant in grants):
        stated = []
    if "" in banned and not stated:
        return
    supervisors = [role for role in _supervisors(world) if role not in banned]
    if stated:
        _stated(world, entity, action, stated, banned)
        return
    notation = _default(world, entity, action, supervisors, banned)
    if not notation:
        return
    origin = next((grant.origin for grant in grants if grant.bans), "pack:policies")
    entity.allow[action] = FieldDraft(notation, origin)
    world.draft.suppose(
        f"entities.{entity.name}.allow.{action}",
        f"Who may {action} {title(entity.name)}: {said_rule(notation)}.",
        "policies",
        "medium" if entity.owner else "low",
    )


def _stated(world: World, entity: EntityDraft, action: str, stated: list[Grant], banned: list[str]) -> None:
    """The rule of those whom the brief names, and of those who look after everything."""
    order = list(world.draft.roles)
    supervisors = [role for role in _supervisors(world) if role not in banned]
    only = [grant for grant in stated if grant.only]
    public = _public(world, entity)
    everybody = any(grant.who == "anyone" for grant in stated)
    if action == "read" and not only and not everybody and (public or (not entity.owner and _chosen(world, entity))):
        entity.allow[action] = FieldDraft("true" if public else "me != null", stated[0].origin)
        return
    owned, roles, everyone = terms_of(world, entity, only or stated, action)
    mine = f"{entity.owner} == me"
    kept = all(grant.every for grant in only) if only else not banned and not everyone
    if action == "read" and entity.owner and kept and mine not in owned:
        owned = [mine, *owned]
    few = action == "create" or _narrow(stated, world)
    more = [role for role in supervisors if role not in roles and (role == "admin" or not few)]
    added = [] if only else more
    notation = everyone or _join(owned, [*roles, *added], order)
    if not notation:
        notation = _default(world, entity, action, supervisors, banned)
    entity.allow[action] = FieldDraft(notation, (only or stated)[0].origin)
    if added and not everyone:
        path, rest = f"entities.{entity.name}.allow.{action}", _join(owned, roles, order)
        said = f"{_who(added)} may {action} {title(entity.name)}, too."
        world.draft.suppose(path, said, "policies", "medium", f"set {path} to {rest}" if rest else "")


def _moving(world: World, entity: EntityDraft, start: str) -> None:
    """Nobody moves what is somebody else's, and what was moved stays written."""
    side = world.draft.entities.get(entity.fields[start].notation.split(" ")[0])
    if side is None or not entity.owner or entity.served:
        return
    mine = f" && {start}.{side.owner} == me" if side.owner else ""
    stated = next((grant.origin for grant in entity.grants if grant.action == "create"), "pack:policies")
    entity.allow["create"] = FieldDraft(f"{entity.owner} == me{mine}", stated)
    world.draft.suppose(
        f"entities.{entity.name}.allow.create",
        f"Who makes a {title(entity.name)} makes it from what is theirs.",
        "policies",
        "high",
    )


def _narrow(stated: list[Grant], world: World) -> bool:
    """Whether the brief itself names someone on the staff for this."""
    return any(
        grant.who not in ("anyone", SIGNED_IN) and world.rank(grant.who) in ("staff", "admin") for grant in stated
    )


def _default(world: World, entity: EntityDraft, action: str, supervisors: list[str], banned: list[str]) -> str:
    known = lexicon()
    kind = known.kinds.get(entity.phrase)
    order = list(world.draft.roles)
    keepers = supervisors or [role for role in ("admin",) if role not in banned]
    if kind is not None and kind.locked and action == "update":
        return ""
    if action == "read" and _public(world, entity) and not banned:
        return "true"
    if entity.owner:
        free = not banned
        mine = [f"{entity.owner} == me"] if free else []
        seeing = _private_whole(world, entity) if kind is not None and kind.public and action == "read" else ""
        if seeing and free:
            mine.append(f"{seeing} == me")
        lasting = entity.event and not (kind is not None and (kind.author or kind.public))
        if lasting and (action == "update" or (action == "delete" and entity.phrase not in _TAKEN_BACK)):
            mine = []
        if kind is not None and kind.locked and action != "read":
            mine = []
        if (
            mine
            and action in ("update", "delete")
            and (lifecycle := entity.lifecycle) is not None
            and any(state in lifecycle.states for state in ("approved", "accepted", "signed"))
        ):
            mine = [f"{mine[0]} && {lifecycle.field} == '{lifecycle.states[0]}'"]
        return _join(mine, keepers, order)
    if action == "read" and not banned and (entity.phrase not in world.persons_as_things or _chosen(world, entity)):
        return "me != null"
    return _join([], keepers, order)


def _chosen(world: World, entity: EntityDraft) -> bool:
    """Whether people pick such a person: a trainer for their lesson."""
    return any(
        other.owner and any(member.notation.split(" ")[0] == entity.name for member in other.fields.values())
        for other in world.draft.entities.values()
    )


def _packed(world: World, entity: EntityDraft, action: str) -> None:
    """A pack's rule, and what the brief adds to it."""
    grants = [grant for grant in entity.grants if grant.action == action]
    stated = [grant for grant in grants if grant.says]
    banned = [grant.who for grant in grants if grant.bans]
    rule = entity.allow.get(action)
    if any(
        step.get("create") == entity.name
        for operation, _ in world.draft.operations.values()
        for step in _steps(operation)
    ) and action in ("create", "update"):
        return
    if entity.name == "User" and action == "create":
        return
    if banned and not stated:
        roles = [role for role in _supervisors(world) if role not in banned]
        entity.allow[action] = FieldDraft(_join([], roles or ["admin"], list(world.draft.roles)), grants[0].origin)
        return
    if not stated:
        return
    only = [grant for grant in stated if grant.only]
    owned, roles, everyone = terms_of(world, entity, only or stated, action)
    if rule is None or only:
        admins = [] if only or (entity.name == "User" and owned) else ["admin"]
        notation = everyone or _join(owned, [*roles, *admins], list(world.draft.roles))
        entity.allow[action] = FieldDraft(notation, stated[0].origin)
        return
    if action == "read" and (everyone or (not entity.owner and entity.name != "User")):
        return
    added = [term for term in owned if term not in rule.notation]
    listed = [role for role in roles if f"'{role}'" not in rule.notation]
    if (added or listed) and rule.notation != "true":
        merged = " || ".join(
            [
                *(f"({term})" if " && " in term else term for term in added),
                rule.notation,
                *([roles_term(listed)] if listed else []),
            ]
        )
        entity.allow[action] = FieldDraft(merged, stated[0].origin)


def _makers_keep(entity: EntityDraft, action: str) -> None:
    """Where the brief lets somebody make what a pack keeps, they see and write their own: a draft, too."""
    rule = entity.allow.get(action)
    mine = f"{entity.owner} == me"
    told = entity.owner and entity.fields[entity.owner].origin.startswith("s")
    if told and rule is not None and action != "create" and rule.notation != "true" and mine not in rule.notation:
        entity.allow[action] = FieldDraft(f"{mine} || {rule.notation}", rule.origin)


def _steps(operation: object) -> list[dict[str, object]]:
    steps = operation.get("steps") if isinstance(operation, dict) else None
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _published(entity: EntityDraft) -> None:
    """What is not published yet is seen by its author alone."""
    lifecycle = entity.lifecycle
    rule = entity.allow.get("read")
    if (
        lifecycle is None
        or "published" not in lifecycle.states
        or rule is None
        or rule.notation != "true"
        or entity.pack
    ):
        return
    update = entity.allow.get("update")
    editors = f" || {update.notation}" if update is not None and update.notation != "true" else ""
    entity.allow["read"] = FieldDraft(f"{lifecycle.field} == 'published'{editors}", rule.origin)


def _who(roles: list[str]) -> str:
    names = [role.replace("_", " ") for role in roles] or ["admin"]
    return (", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]).capitalize()


def said_rule(notation: str) -> str:
    """A rule in words."""
    if notation == "true":
        return "everyone"
    if notation == "me != null":
        return "everyone who is signed in"
    said = notation
    for sign, word in (
        ("this == me", "the account itself"),
        (" == me", " of the row"),
        ("me.role == ", "role "),
        ("me.role in ", "roles "),
        (" || ", " or "),
        (" && ", " and "),
        ("'", ""),
        ("[", ""),
        ("]", ""),
    ):
        said = said.replace(sign, word)
    return said
