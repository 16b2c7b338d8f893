"""One request of every operation that is accepted as it is: what attacks are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

from backwright.diagnostics import Origin
from backwright.gates.layout import patched, table
from backwright.gates.oracle import Principal
from backwright.gates.security.attack import Attack, Headers
from backwright.gates.security.stage import Stage
from backwright.gates.security.surface import Surface
from backwright.gates.state import id_of
from backwright.plan.model import Entity, Rule
from backwright.plan.naming import collection_path, transition_path

__all__ = ["Cast", "Exemplar", "cast_of"]


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A request, and the status of its success; only `roles` may make it, whatever row it is about."""

    attack: Attack
    success: int
    entity: Entity | None = None
    idempotent: bool = False
    roles: tuple[str, ...] = ()

    @property
    def members(self) -> dict[str, object]:
        """The members of its body."""
        return dict(self.attack.body) if isinstance(self.attack.body, dict) else {}

    def as_check(self, check: str, title: str, *wanted: int, body: object = None, headers: Headers = ()) -> Attack:
        """The same request for a check; with another body, if one is given, and further headers."""
        own = (("Idempotency-Key", str(uuid4())),) if self.idempotent else ()
        content = self.attack.body if body is None else body
        return replace(self.attack, check=check, title=title, wanted=wanted, body=content, headers=(*own, *headers))


@dataclass(frozen=True, slots=True)
class Cast:
    """Signing in, every write of the plan that somebody may make from the rows of the start, every read."""

    identity: tuple[Exemplar, ...]
    writes: tuple[Exemplar, ...]
    reads: tuple[Exemplar, ...]

    @property
    def all(self) -> tuple[Exemplar, ...]:
        """All of them."""
        return (*self.identity, *self.writes, *self.reads)

    @property
    def with_body(self) -> tuple[Exemplar, ...]:
        """Those whose body is a JSON object."""
        return tuple(each for each in self.all if each.members)

    @property
    def lists(self) -> tuple[Exemplar, ...]:
        """Reads of collections."""
        return tuple(each for each in self.reads if "{" not in each.attack.template and each.attack.template != "/me")

    @property
    def probe(self) -> Exemplar | None:
        """A read that needs an account."""
        return next((each for each in self.reads if each.attack.who.token), None)

    def missing(self, surface: Surface) -> list[str]:
        """Documented operations without a request."""
        known = {(each.attack.method, each.attack.template) for each in self.all}
        own = [each for each in surface.operations if not each.template.startswith("/auth/")]
        return [f"{each.method} {each.template}" for each in own if (each.method, each.template) not in known]

    def first(self, method: str, template: str) -> Exemplar | None:
        """The one of an operation."""
        return next(
            (each for each in self.all if (each.attack.method, each.attack.template) == (method, template)), None
        )


def cast_of(stage: Stage) -> Cast:
    """Finds them."""
    return Cast(tuple(_identity(stage)), tuple(_writes(stage)), _reads(stage))


def _reads(stage: Stage) -> tuple[Exemplar, ...]:
    """Every list and every row, once, by somebody who may; accounts first, for those need a token."""
    plan, found = stage.arena.plan, []
    if stage.surface.operation("GET", "/me") and plan.identity:
        who = stage.arena.caller(plan.identity.roles[0])
        entity = plan.entity(plan.identity.entity)
        found.append(Exemplar(Attack("", "GET", "/me", "/me", "", who=who, origin=plan.identity.origin), 200, entity))
    for entity in plan.entities:
        rule, base = entity.rule("read"), collection_path(entity)
        for who in _able(stage, rule)[-1:] if rule and entity.whole is None else ():
            origin = rule.origin if rule else Origin()
            attack = Attack("", "GET", base, base, "", who=who, origin=origin)
            found.append(Exemplar(attack, 200, entity, roles=_roles(rule) if rule else ()))
            for row in stage.state.all(entity):
                if stage.oracle.readable(who, entity, row):
                    one = Attack("", "GET", f"{base}/{{id}}", f"{base}/{id_of(row)}", "", who=who, origin=origin)
                    found.append(Exemplar(one, 200, entity))
                    break
    return tuple(found)


def _able(stage: Stage, rule: Rule | None) -> list[Principal]:
    """Somebody without an account, where the rule lets them in, then one of each role that it lets in."""
    return [] if rule is None else [group[0] for group in reversed(stage.arena.able(rule, 1))]


def _roles(rule: Rule) -> tuple[str, ...]:
    return () if rule.anonymous else rule.roles


def _identity(stage: Stage) -> Iterator[Exemplar]:
    identity = stage.arena.plan.identity
    if identity is None:
        return
    users = frozenset({table(stage.arena.plan.entity(identity.entity))})
    accounts = stage.arena.accounts
    if stage.surface.operation("POST", "/auth/register"):
        body = accounts.profile()
        stage.known.add(str(body["password"]))
        attack = Attack("", "POST", "/auth/register", "/auth/register", "", body=body, changes=users)
        yield Exemplar(replace(attack, origin=identity.origin), 202)
        if stage.surface.operation("POST", "/auth/login"):
            login = accounts.register(accounts.profile())
            body = {identity.login: login, "password": body["password"]}
            attack = Attack("", "POST", "/auth/login", "/auth/login", "", body=body, origin=identity.origin)
            yield Exemplar(attack, 200)
            stage.restore()


def _writes(stage: Stage) -> Iterator[Exemplar]:
    plan = stage.arena.plan
    for entity in plan.entities:
        if entity.whole is None:
            for each in (_create(stage, entity), _update(stage, entity), _delete(stage, entity)):
                yield from each[:1]
            yield from _transitions(stage, entity)
    everything = frozenset(table(entity) for entity in plan.entities)
    for operation in plan.operations:
        for who in _able(stage, operation.rule):
            bodies = stage.arena.bodies(stage.state)
            for values in bodies.inputs(who, operation):
                if stage.oracle.operation(who, operation, values).after is not None:
                    path, body = bodies.request(operation, values)
                    attack = Attack("", operation.method, operation.path, path, "", who=who, body=body)
                    attack = replace(attack, changes=everything, origin=operation.origin)
                    yield Exemplar(attack, operation.status, None, operation.idempotent, _roles(operation.rule))
                    break
            else:
                continue
            break


def _create(stage: Stage, entity: Entity) -> list[Exemplar]:
    rule, base = entity.rule("create"), collection_path(entity)
    parts = frozenset({table(entity), *(table(stage.arena.plan.entity(part.entity)) for part in entity.parts)})
    if rule is None:
        return []
    for who in _able(stage, rule):
        bodies = stage.arena.bodies(stage.state)
        for values, inner in bodies.rows.creates(who, entity):
            if stage.oracle.create(who, entity, values, inner).status == 201:
                body = bodies.wire(entity, values, inner)
                attack = Attack("", "POST", base, base, "", who=who, body=body, changes=parts)
                return [Exemplar(replace(attack, origin=rule.origin), 201, entity, roles=_roles(rule))]
    return []


def _update(stage: Stage, entity: Entity) -> list[Exemplar]:
    rule, base = entity.rule("update"), collection_path(entity)
    if rule is None or not patched(stage.arena.plan, entity):
        return []
    for who in _able(stage, rule):
        bodies = stage.arena.bodies(stage.state)
        for row in stage.state.all(entity):
            for values in bodies.patches(entity, id_of(row)):
                if stage.oracle.update(who, entity, id_of(row), values).status == 200:
                    path, body = f"{base}/{id_of(row)}", bodies.wire(entity, values)
                    attack = Attack("", "PATCH", f"{base}/{{id}}", path, "", who=who, body=body)
                    attack = replace(attack, changes=frozenset({table(entity)}), origin=rule.origin)
                    return [Exemplar(attack, 200, entity)]
    return []


def _delete(stage: Stage, entity: Entity) -> list[Exemplar]:
    rule, base = entity.rule("delete"), collection_path(entity)
    everything = frozenset(table(each) for each in stage.arena.plan.entities)
    for who in _able(stage, rule) if rule else ():
        for row in stage.state.all(entity):
            if rule and stage.oracle.delete(who, entity, id_of(row)).status == 204:
                attack = Attack("", "DELETE", f"{base}/{{id}}", f"{base}/{id_of(row)}", "", who=who)
                return [Exemplar(replace(attack, changes=everything, origin=rule.origin), 204, entity)]
    return []


def _transitions(stage: Stage, entity: Entity) -> Iterator[Exemplar]:
    everything = frozenset(table(each) for each in stage.arena.plan.entities)
    for move in entity.lifecycle.transitions if entity.lifecycle else ():
        template = transition_path(entity, move)
        able = (
            (who, row)
            for who in _able(stage, move.rule)
            for row in stage.state.all(entity)
            if stage.oracle.transition(who, entity, move, id_of(row)).status == 200
        )
        for who, row in able:
            path = template.replace("{id}", str(id_of(row)))
            attack = Attack("", "POST", template, path, "", who=who, changes=everything, origin=move.origin)
            yield Exemplar(attack, 200, entity)
            break
