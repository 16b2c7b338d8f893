"""Required references that form a circle: no row of it could be the first."""

from __future__ import annotations

from backwright.plan.draft import Draft
from backwright.plan.model import Field, Reference

__all__ = ["references"]


def references(draft: Draft) -> None:
    """Refuse circles of required references."""
    if any(problem.code == "plan/part-cycle" for problem in draft.diagnostics):
        return
    done: set[str] = set()
    for name in draft.entities:
        _visit(draft, name, [], done)


def _visit(draft: Draft, name: str, path: list[str], done: set[str]) -> None:
    if name in done:
        return
    for field in draft.entities[name].fields:
        target = _required(field)
        if target is None:
            continue
        trail = [*path, name]
        if target in trail:
            circle = [*trail[trail.index(target) :], target]
            reason = f"every {' needs a '.join(circle)}: none could be the first"
            draft.say("plan/reference-cycle", reason, field.origin, "Make one of these references optional.")
        else:
            _visit(draft, target, trail, done)
    done.add(name)


def _required(field: Field) -> str | None:
    return field.type.entity if isinstance(field.type, Reference) and not field.optional else None
