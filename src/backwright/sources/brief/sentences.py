"""Every element of a draft, said back as a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.sources.brief.draft import Draft, EntityDraft
from backwright.sources.brief.naming import title
from backwright.sources.brief.policies import said_rule

__all__ = ["said"]


def said(draft: Draft) -> tuple[str, ...]:
    """The sentences, in the order of the blueprint."""
    lines: list[str] = []
    if draft.identity:
        roles = _listed(draft.roles)
        lines.append(f"People sign in with e-mail and password as {roles}; who registers is {next(iter(draft.roles))}.")
    for entity in draft.entities.values():
        lines += [*_entity(entity), *_states(entity)]
        shown = title(entity.name)
        lines += [f"Who may {action} a {shown}: {said_rule(rule.notation)}." for action, rule in entity.allow.items()]
    lines += [
        f"{title(name).capitalize()} is {operation.get('route')}, for {said_rule(str(operation.get('allow')))}."
        for name, (operation, _) in draft.operations.items()
    ]
    return tuple(lines)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _entity(entity: EntityDraft) -> list[str]:
    shown = title(entity.name)
    members = {**entity.fields, **entity.parts}
    return [
        f"There is a {shown}, part of a {title(entity.whole)}." if entity.whole else f"There is a {shown}.",
        *([f"A {shown} belongs to its {title(entity.owner)}."] if entity.owner else []),
        *(f"A {shown} has {title(name)}: {member.notation}." for name, member in members.items()),
        *(f"The {title(name)} of a {shown} is {member.notation}." for name, member in entity.computed.items()),
        *(f"Of every {shown} holds: {member.notation}." for member in entity.checks.values()),
        *(f"No two {shown} rows share {' and '.join(title(name) for name in names)}." for names in entity.unique),
    ]


def _states(entity: EntityDraft) -> list[str]:
    if entity.lifecycle is None:
        return []
    shown, states = title(entity.name), entity.lifecycle.states
    lines = [f"A {shown} is {_listed(states)}; it begins as {_listed(states[:1])}."]
    for name, move in entity.lifecycle.transitions.items():
        path = f"from {_listed(move.sources)} to {_listed([move.target])}"
        lines.append(f"{title(name).capitalize()} leads a {shown} {path}; for {said_rule(move.allow)}.")
    return lines
