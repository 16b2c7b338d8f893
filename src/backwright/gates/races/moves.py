"""Transitions: of many calls at once, one moves the row, and the others come too late."""

from __future__ import annotations

from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.state import id_of
from backwright.plan.model import Entity, Transition
from backwright.plan.naming import transition_path

__all__ = ["race_transitions"]

_CALLS = 20
_CONFLICT = 409


def race_transitions(arena: Arena) -> None:
    """Every transition of every lifecycle."""
    for entity in arena.plan.entities:
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            if move.target not in move.sources:
                _one_wins(arena, entity, move)


def _one_wins(arena: Arena, entity: Entity, move: Transition) -> None:
    groups = arena.able(move.rule, 1)
    before = arena.reset()
    oracle = arena.oracle(before)
    for group in groups:
        who = group[0]
        for row in before.all(entity):
            verdict = oracle.transition(who, entity, move, id_of(row))
            if verdict.after is None:
                continue
            path = transition_path(entity, move).replace("{id}", str(id_of(row)))
            # Any version: whether the state allows the move is what the calls compete for.
            headers = {"If-Match": "*"} if entity.versioned else {}
            title = f"{move.name} of {entity.name}: {_CALLS} calls for one row"
            replies = arena.race([Call("POST", path, None, who.token, headers)] * _CALLS, move.origin, title)
            won = sum(reply.status == verdict.status for reply in replies)
            late = arena.oracle(verdict.after).transition(who, entity, move, id_of(row)).status
            lost = sum(reply.status in (_CONFLICT, late) for reply in replies)
            if (won, lost) != (1, _CALLS - 1):
                told = " or ".join(str(status) for status in dict.fromkeys((_CONFLICT, late)))
                reason = f"{title}: {won} succeeded, {lost} were told {told}"
                arena.fail("gate/races-transition", reason, move.origin)
            arena.settled(before, verdict.after, title, move.origin)
            return
