"""The table of contents: from a blueprint to a plan, pass by pass."""

from __future__ import annotations

from backwright.blueprint import Blueprint, load_blueprint
from backwright.diagnostics import Diagnostic
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Entity, Plan, Requirement
from backwright.plan.passes.caches import caches
from backwright.plan.passes.channels import channels
from backwright.plan.passes.checks import checks
from backwright.plan.passes.columns import columns
from backwright.plan.passes.computed import computed
from backwright.plan.passes.events import events
from backwright.plan.passes.identity import identity
from backwright.plan.passes.indexes import indexes
from backwright.plan.passes.jobs import jobs
from backwright.plan.passes.lifecycles import lifecycles
from backwright.plan.passes.limits import limits
from backwright.plan.passes.names import names
from backwright.plan.passes.operations import operations
from backwright.plan.passes.owners import owners
from backwright.plan.passes.parts import parts
from backwright.plan.passes.ports import ports
from backwright.plan.passes.references import references
from backwright.plan.passes.routes import routes
from backwright.plan.passes.rules import rules
from backwright.plan.passes.shapes import shapes
from backwright.plan.passes.transitions import transitions
from backwright.plan.passes.types import types
from backwright.plan.retirement import retirement

__all__ = ["PASSES", "build_plan", "compile_blueprint"]

PASSES = (
    *(names, types, lifecycles, identity, parts, owners, columns, references),
    *(shapes, computed, checks, indexes, rules, caches, events, ports, transitions, operations, jobs, routes, channels),
    limits,
)


def build_plan(blueprint: Blueprint) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """What a blueprint means; None where something is wrong with it. Warnings leave the plan."""
    entities: dict[str, EntityDraft] = {}
    for node in blueprint.entities:
        entities.setdefault(node.name.name, EntityDraft(node))
    draft = Draft(blueprint, entities)
    if not entities:
        advice = "Declare one under 'entities'."
        draft.say("plan/empty", "a blueprint needs one entity or more", blueprint.origin, advice)
    for resolve in PASSES:
        resolve(draft)
    found = tuple(sorted(dict.fromkeys(draft.diagnostics), key=_position))
    if any(problem.severity == "error" for problem in found):
        return None, found
    return _plan(draft), found


def compile_blueprint(text: str, file: str) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """From text to plan: everything wrong with form and meaning, in the order of the file."""
    blueprint, form = load_blueprint(text, file)
    if blueprint is None:
        return None, form
    plan, meaning = build_plan(blueprint)
    found = tuple(sorted(dict.fromkeys((*form, *meaning)), key=_position))
    return (None if any(problem.severity == "error" for problem in found) else plan), found


def _position(problem: Diagnostic) -> tuple[int, int, str, str]:
    return problem.origin.line, problem.origin.column, problem.code, problem.message


def _plan(draft: Draft) -> Plan:
    blueprint = draft.blueprint
    return Plan(
        name=blueprint.app.name,
        summary=blueprint.app.summary,
        identity=draft.identity,
        entities=tuple(_entity(entity) for entity in draft.entities.values()),
        operations=tuple(draft.operations),
        events=tuple(draft.events.values()),
        ports=tuple(draft.ports.values()),
        channels=tuple(draft.channels),
        jobs=tuple(draft.jobs),
        requirements=tuple(Requirement(item.path, item.value, item.origin) for item in blueprint.requirements),
        limits=tuple(draft.limits),
    )


def _entity(draft: EntityDraft) -> Entity:
    node = draft.node
    return Entity(
        id=node.name.id,
        name=node.name.name,
        plural=draft.plural,
        summary=node.summary,
        fields=tuple(draft.fields),
        owner=draft.owner,
        parts=tuple(draft.parts),
        computed=tuple(draft.computed),
        checks=tuple(draft.checks),
        indexes=tuple(draft.indexes),
        lifecycle=draft.lifecycle,
        rules=tuple(draft.rules),
        whole=draft.whole,
        origin=node.origin,
        versioned=node.versioned,
        cached=draft.cached,
        retirement=retirement(node.retirement),
    )
