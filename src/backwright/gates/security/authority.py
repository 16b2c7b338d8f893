"""A5, A8 to A16: what the rules of the plan do not allow, tried by the members and methods beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.gates.layout import member, table, to_json
from backwright.gates.oracle import Principal
from backwright.gates.security.attack import ANYBODY, Attack
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import Stage
from backwright.plan.model import Entity

__all__ = ["authority"]

_NOBODY = "0190bbbb-0000-7000-8000-00000000beef"
_ALWAYS: dict[str, object] = {
    "id": _NOBODY,
    "createdAt": "2001-01-01T00:00:00.000Z",
    "updatedAt": "2001-01-01T00:00:00.000Z",
    "version": 7,
    "role": "admin",
    "roles": ["admin"],
    "isAdmin": True,
    "tenantId": _NOBODY,
    "ownerId": _NOBODY,
    "balance": "1000000.00",
    "emailVerified": True,
    "passwordHash": "x",
}
_SIDE = ("passwordHash", "password_hash", "secret", "token", "where", "filter", "q[$ne]", "include", "fields", "select")
_SUFFIXES = ("_gt", "[gt]", "__gt", ".gt", "_like", "_ne")
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method")
_METHODS = ("TRACE", "TRACK", "PROPFIND", "get", "FOO")
_INVALID = 422
_ANYTHING = (200, 401)


def authority(stage: Stage, cast: Cast) -> None:
    """Members, filters, methods; then rows that are gone and rights that were taken away."""
    for each in cast.with_body:
        _assignments(stage, each)
    for each in cast.reads:
        _exposure(stage, each)
    for each in cast.lists:
        _side_channels(stage, each)
    _verbs(stage, cast)
    for each in cast.writes:
        _failed_create(stage, each)
        if each.attack.method == "DELETE":
            _use_after_delete(stage, cast, each)
    _taken_away(stage, cast)


def _assignments(stage: Stage, each: Exemplar) -> None:
    """A8, A11: one member too many refuses the whole body, and nothing of it is applied."""
    operation = stage.surface.operation(each.attack.method, each.attack.template)
    taken = dict((operation.body or {}).get("properties", {})) if operation else {}
    stored: dict[str, object] = {}
    if each.entity is not None:
        values = stage.arena.values
        stored = {member(field): to_json(field.type, values.of(field.type)) for field in each.entity.fields}
        stored |= {computed.name: "1" for computed in each.entity.computed}
    for name, value in {**_ALWAYS, **stored}.items():
        if name not in taken:
            body = {**each.members, name: value}
            stage.attack(each.as_check("A8", f"a body that also carries '{name}'", _INVALID, body=body))
    for name, items in each.members.items():
        if isinstance(items, list) and items and isinstance(items[0], dict):
            for extra, value in _ALWAYS.items():
                body = {**each.members, name: [{**items[0], extra: value}, *items[1:]]}
                stage.attack(each.as_check("A8", f"'{name}' that also carry '{extra}'", _INVALID, body=body))


def _exposure(stage: Stage, each: Exemplar) -> None:
    """A9: an answer has the members that the plan gives the entity, and no other."""
    attack = each.as_check("A9", "what an answer shows", each.success)
    reply = stage.attack(attack)
    rows = reply.member("items") if "{" not in each.attack.template and each.attack.template != "/me" else [reply.json]
    for row in rows if isinstance(rows, list) and each.entity else []:
        wrong = _unlike(stage, each.entity, row) if each.entity else ""
        if wrong:
            stage.fail("gate/security-leak", attack, reply, f"members that the plan does not say: {wrong}")
            return


def _unlike(stage: Stage, entity: Entity, row: object, hidden: str = "") -> str:
    """Members too many or too few of a row, and of its parts."""
    if not isinstance(row, dict):
        return "no object"
    wanted = {"id"} | {member(each) for each in entity.fields if not each.secret and each.name != hidden}
    wanted |= {each.name for each in entity.computed} | {part.name for part in entity.parts}
    wanted |= set() if hidden else {"createdAt", "updatedAt"}
    if row.keys() != wanted:
        return ", ".join(sorted(row.keys() ^ wanted))
    for part in entity.parts:
        for inner in row[part.name]:
            wrong = _unlike(stage, stage.arena.plan.entity(part.entity), inner, part.back)
            if wrong:
                return f"{part.name}: {wrong}"
    return ""


def _side_channels(stage: Stage, each: Exemplar) -> None:
    """A4, A5: what no document offers filters and sorts nothing."""
    operation = stage.surface.operation("GET", each.attack.template)
    documented = operation.query if operation else {}
    fields = [member(field) for field in each.entity.fields] if each.entity else []
    names = [name for name in (*_SIDE, *fields) if name not in documented]
    names += [f"{name}{suffix}" for name in (*fields[:2], "id") for suffix in _SUFFIXES]
    for name in names:
        plain = each.as_check("A5", f"a filter '{name}'", _INVALID)
        stage.attack(replace(plain, path=f"{plain.path}?{name}=a"))
    offered = documented.get("sort", {}).get("enum", ())
    for word in ("passwordHash", "password", "-id", "id", "created_at", "id desc", "1", "id;select", "(select 1)"):
        if word not in offered:
            plain = each.as_check("A5", f"in the order of '{word}'", _INVALID)
            stage.attack(replace(plain, path=f"{plain.path}?sort={word.replace(' ', '%20')}"))
    for limit in ("0", "-1", "1000000", "1e3", "abc", "9" * 30):
        plain = each.as_check("F9", f"limit={limit[:10]}", _INVALID)
        stage.attack(replace(plain, path=f"{plain.path}?limit={limit}"))


def _verbs(stage: Stage, cast: Cast) -> None:
    """A13: the method is the one on the request line, and only documented ones do anything."""
    for each in cast.reads:
        if "{" not in each.attack.template:
            continue
        for name in _OVERRIDES:
            for verb in ("DELETE", "PATCH"):
                title = f"{name}: {verb} on a read"
                stage.attack(each.as_check("A13", title, each.success, headers=((name, verb),)))
    for each in cast.lists:
        for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Path"):
            for other in cast.lists:
                headers = ((name, stage.surface.base + other.attack.path),)
                plain = each.as_check("A13", f"{name} of another list", *_ANYTHING, headers=headers)
                stage.attack(replace(plain, who=ANYBODY))
    for each in cast.identity[:1]:
        stage.attack(Attack("A13", "HEAD", "", each.attack.path, "HEAD on what is written only", (405,)))
    for delete in cast.writes:
        attack = delete.attack
        own = {each.method for each in stage.surface.operations if each.template == attack.template}
        if attack.method == "DELETE" and "POST" not in own:
            for name in _OVERRIDES:
                headers = ((name, "DELETE"),)
                title = f"{name}: DELETE on a POST"
                plain = Attack("A13", "POST", "", attack.path, title, (405,), attack.who, None, headers)
                stage.attack(plain)
                stage.attack(replace(plain, path=f"{attack.path}?_method=DELETE"))
    for each in (cast.reads[:1] + cast.writes[:1]) if cast.reads else ():
        for method in _METHODS:
            plain = Attack("A13", method, "", each.attack.path, f"method {method}", (400, 405, 501), each.attack.who)
            reply = stage.attack(plain)
            if each.attack.who.token and each.attack.who.token in reply.body:
                stage.fail("gate/security-leak", plain, reply, "the request comes back with its token")


def _failed_create(stage: Stage, each: Exemplar) -> None:
    """A16: a create that fails in a later part leaves nothing of the earlier ones."""
    for name, items in each.members.items():
        if isinstance(items, list) and items and isinstance(items[0], dict):
            references = [key for key in items[0] if key.endswith("Id")]
            for broken in [{**items[0], key: _NOBODY} for key in references] or [{}]:
                body = {**each.members, name: [*items, broken]}
                title = f"the last of '{name}' names a row that is not there"
                stage.attack(each.as_check("A16", title, 409, _INVALID, body=body))


def _use_after_delete(stage: Stage, cast: Cast, each: Exemplar) -> None:
    """A15: what was deleted is not there, for anything."""
    stage.findings.done()
    title = "after it was deleted"
    first = stage.exchange(each.attack)
    if first.status != each.success:
        stage.fail("gate/security-refusal", each.as_check("A15", "a row is deleted"), first, "it cannot be deleted")
    deleted = each.attack.path
    gone = stage.digests()
    others = [other for other in cast.all if other.attack.template.startswith(each.attack.template)]
    for other in (each, *others):
        suffix = other.attack.template.removeprefix(each.attack.template)
        attack = other.as_check("A15", title, 404, 410)
        stage.findings.done()
        reply = stage.exchange(replace(attack, path=f"{deleted}{suffix}"))
        if reply.status not in attack.wanted:
            stage.fail("gate/security-refusal", attack, reply, f"answered {reply.status}, not 404")
    stage.holds(
        stage.digests() == gone, "gate/security-write", f"A15: {each.attack.template}: what was deleted is back"
    )
    stage.restore()


def _lost(stage: Stage, cast: Cast) -> Iterator[tuple[Exemplar, str]]:
    """Requests that one role may make and another may not."""
    identity = stage.arena.plan.identity
    for each in (*cast.reads, *cast.writes) if identity else ():
        others = [role for role in identity.roles if role not in each.roles] if identity and each.roles else []
        yield from ((each, role) for role in others[:1])


def _taken_away(stage: Stage, cast: Cast) -> None:
    """A12: a right that was taken away, or an account that is gone, is noticed within five seconds."""
    identity, probe = stage.arena.plan.identity, cast.probe
    if identity is None or probe is None:
        return
    entity, ended = stage.arena.plan.entity(identity.entity), list[Attack]()
    gone = stage.account(identity.roles[0])
    for each, other in _lost(stage, cast):
        account = stage.account(str(each.attack.who.role))
        attack = replace(each.as_check("A12", f"after the role became {other}", 403), who=_as(account.token))
        could = stage.exchange(attack).status == each.success
        stage.restore()
        if could:
            stage.arena.store.execute(f"update {table(entity)} set role = %s where id = %s", [other, account.id])
            ended.append(attack)
            break
    else:
        stage.not_applicable("A12", "nothing is for some roles alone")
    attack = replace(probe.as_check("A12", "after the account was deleted", 401), who=_as(gone.token))
    stage.exchange(attack)
    stage.arena.store.execute("set session_replication_role = origin")
    stage.arena.store.execute(f"delete from {table(entity)} where id = %s", [gone.id])
    stage.arena.store.execute("set session_replication_role = replica")
    for late in (*ended, attack):
        stage.noticed(late)
    stage.restore()


def _as(token: str) -> Principal:
    return Principal("a caller whose rights ended", None, None, token, valid=False)
