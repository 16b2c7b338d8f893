"""Which of the documented answers were seen, and why those that were not cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from backwright.lowering.wire.routes import Route, routes
from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan.expressions.tree import Access, Membership, Variable
from backwright.plan.model import (
    CreateStep,
    EachStep,
    Entity,
    Plan,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["Coverage", "covered"]

_TABLE = Path(__file__).with_name("unreached.yaml")
Pair = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Pairs of operation and documented status: those that were answered, those that cannot be, the rest."""

    reached: tuple[Pair, ...]
    justified: tuple[tuple[Pair, str], ...]
    missing: tuple[Pair, ...]

    def __str__(self) -> str:
        total = len(self.reached) + len(self.justified) + len(self.missing)
        lines = [f"{len(self.reached)} of {total} documented answers were reached"]
        lines += [f"  not reached: {name} {status}: {reason}" for (name, status), reason in self.justified]
        lines += [f"  NOT REACHED: {name} {status}" for name, status in self.missing]
        return "\n".join(lines)


def covered(plan: Plan, documented: Mapping[str, Sequence[int]], answered: Collection[Pair]) -> Coverage:
    """Divides the documented pairs."""
    known = {route.operation_id: route for route in routes(plan)}
    reached, justified, missing = [], [], []
    for name, statuses in documented.items():
        for status in statuses:
            reason = _reason(plan, known[name], status)
            if (name, status) in answered:
                reached.append((name, status))
            elif reason:
                justified.append(((name, status), reason))
            else:
                missing.append((name, status))
    return Coverage(tuple(reached), tuple(justified), tuple(missing))


def _reason(plan: Plan, route: Route, status: int) -> str | None:
    for row in YAML(typ="safe").load(_TABLE.read_text(encoding="utf-8")):
        if row["status"] == status and route.kind in row["kinds"] and _CONDITIONS[row["when"]](plan, route):
            return str(row["reason"])
    return None


def _every_role(plan: Plan, route: Route) -> bool:
    return plan.identity is not None and (route.roles is None or set(route.roles) == set(plan.identity.roles))


def _nobody(plan: Plan, _route: Route) -> bool:
    return plan.identity is None


def _accounts_stay(plan: Plan, _route: Route) -> bool:
    return plan.identity is not None and plan.entity(plan.identity.entity).rule("delete") is None


def _nothing_unique(plan: Plan, route: Route) -> bool:
    entity = route.entity
    assert entity
    fields = created_fields(plan, entity) if route.kind == "create" else patched_fields(plan, entity)
    names = {each.name for each in fields}
    return not (_unique(entity) & names) and not any(_unique(plan.entity(part.entity)) for part in entity.parts)


def _unique(entity: Entity) -> set[str]:
    alone = {each.name for each in entity.fields if each.unique}
    return alone | {name for index in entity.indexes if index.unique for name in index.fields}


def _nothing_restricts(plan: Plan, route: Route) -> bool:
    return not any(
        isinstance(field.type, Reference)
        and route.entity is not None
        and field.type.entity == route.entity.name
        and field.type.on_delete == "restrict"
        and entity.whole != route.entity.name
        for entity in plan.entities
        for field in entity.fields
    )


def _nothing_conflicts(plan: Plan, route: Route) -> bool:
    declared = next(each for each in plan.operations if each.name == route.routine)
    made = {step.name for step in declared.steps if isinstance(step, CreateStep)}
    return not any(_conflicts(plan, step) and not _moves_what_is_new(step, made) for step in declared.steps)


def _moves_what_is_new(step: Step, made: set[str | None]) -> bool:
    """A row that the operation itself has made is in its first state, whoever calls."""
    match step:
        case RequireStep(expression=Membership(item=Access(of=Variable(name=name)))):
            return name in made
        case UpdateStep(target=Variable(name=name)):
            return name in made
        case _:
            return False


def _conflicts(plan: Plan, step: Step) -> bool:
    match step:
        case EachStep(steps=inner):
            return any(_conflicts(plan, each) for each in inner)
        case RequireStep(otherwise=case):
            return case.status == 409
        case UpdateStep(otherwise=None, entity=entity, assignments=assignments):
            return bool(_unique(plan.entity(entity)) & {each.field for each in assignments})
        case UpdateStep(otherwise=case):
            return case is not None and case.status == 409
        case CreateStep(entity=entity):
            return bool(_unique(plan.entity(entity)))
        case _:
            return False


def _always(_plan: Plan, _route: Route) -> bool:
    return True


_CONDITIONS: Mapping[str, Callable[[Plan, Route], bool]] = {
    "servers are compared": _always,
    "every role may call it": _every_role,
    "nobody signs in": _nobody,
    "no operation deletes accounts": _accounts_stay,
    "nothing unique travels": _nothing_unique,
    "nothing restricts": _nothing_restricts,
    "nothing conflicts": _nothing_conflicts,
}
