"""Changes that mean one version of a row: of many, one is made, and the others come too late."""

from __future__ import annotations

from collections import Counter

from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.layout import patched
from backwright.gates.state import id_of
from backwright.plan.model import Entity
from backwright.plan.naming import collection_path

__all__ = ["race_versions"]

_CALLS = 20
_CHANGED, _STALE = 200, 412


def race_versions(arena: Arena) -> None:
    """Every entity whose rows can be changed."""
    for entity in arena.plan.entities:
        if entity.rule("update") and entity.rule("read") and patched(arena.plan, entity):
            _one_changed(arena, entity)


def _one_changed(arena: Arena, entity: Entity) -> None:
    rule = entity.rule("update")
    assert rule
    before = arena.reset()
    oracle, bodies = arena.oracle(before), arena.bodies(before)
    for group in arena.able(rule, 1):
        who = group[0]
        for row in before.all(entity):
            for values in bodies.patches(entity, id_of(row)):
                verdict = oracle.update(who, entity, id_of(row), values)
                if verdict.status != _CHANGED or verdict.after is None:
                    continue
                path = f"{collection_path(entity)}/{id_of(row)}"
                tag = arena.alone(Call("GET", path, token=who.token)).header("etag")
                body, headers = bodies.wire(entity, values), {"If-Match": tag}
                title = f"{_CALLS} changes of one version of {entity.name}"
                replies = arena.race([Call("PATCH", path, body, who.token, headers)] * _CALLS, rule.origin, title)
                found = Counter(reply.status for reply in replies)
                if found != {_CHANGED: 1, _STALE: _CALLS - 1}:
                    said = ", ".join(f"{count} times {status}" for status, count in sorted(found.items()))
                    arena.fail("gate/races-version", f"{title}: {said}", rule.origin)
                arena.settled(before, verdict.after, title, rule.origin)
                return
