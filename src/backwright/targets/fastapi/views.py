"""What the templates see: everything decided, nothing left but loops."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.operations import Routine, all_routines, collection
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.statements import Collection, collection_statements
from backwright.lowering.relational.tables import unique_members
from backwright.lowering.routines import (
    CALL,
    CLAIM,
    Refusal,
    RoutineStatement,
    created_names,
    lower_answer,
    lower_routine,
)
from backwright.lowering.wire.caching import is_public
from backwright.lowering.wire.includes import Include, includes
from backwright.lowering.wire.routes import Answer, answered
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.model import Entity, Plan
from backwright.plan.naming import snake
from backwright.targets.fastapi import schemas
from backwright.targets.fastapi.names import attribute, function_name, list_name, pascal
from backwright.targets.fastapi.schemas import FIELDS, Schema, Schemas
from backwright.targets.fastapi.text import formatted, imports, literal, string

__all__ = [
    "CollectionView",
    "IncludesView",
    "ModelView",
    "ServiceView",
    "collection_view",
    "constraints_view",
    "includes_view",
    "model_view",
    "service_views",
]

_TYPING = {"typing": ("Annotated", "Literal"), "pydantic": ("Field",)}
_MODELS = "database.models.fields"


@dataclass(frozen=True, slots=True)
class ModelView:
    """`database/models`: the bodies of one entity."""

    imports: str
    aliases: tuple[tuple[str, str], ...]
    schemas: tuple[Schema, ...]


def model_view(found: Schemas) -> ModelView | None:
    """None where nothing is written by a body."""
    if not found.classes:
        return None
    return ModelView(imports({**_TYPING, _MODELS: FIELDS}), tuple(found.aliases.items()), tuple(found.classes))


@dataclass(frozen=True, slots=True)
class CollectionView:
    """`database/queries`: the statements of one entity."""

    imports: str
    constant: str
    name: str
    json: str
    read: str
    select: str
    id: str
    filters: tuple[str, ...]
    sorts: tuple[str, ...]
    create: tuple[str, ...]
    update: str | None
    remove: str | None
    lock: str | None
    is_public: bool
    versioned: bool


def collection_view(plan: Plan, entity: Entity) -> CollectionView:
    """The statements as string literals."""
    statements = collection_statements(plan, entity, Conditions(plan))
    json, table = _split(statements)
    resource = ("Filter", "List", "Resource", "Sort")
    return CollectionView(
        imports=imports({**_TYPING, _MODELS: FIELDS, "services.data.resource": resource}),
        constant=list_name(entity),
        name=literal(collection(entity)),
        json=string(json),
        read=formatted(f"select {{JSON}} from {table} where {statements.id} = $1"),
        select=formatted(f"select {{JSON}}, {{{{key}}}}, {statements.id} from {table}"),
        id=string(statements.id),
        filters=tuple(
            f"{literal(each.parameter)}: Filter({schemas.parameter(each.field.type)}, {string(condition)}),"
            for each, condition in statements.filters
        ),
        sorts=tuple(
            f"{literal(each.parameter)}: Sort({string(each.key)}, {literal(each.type)})," for each in statements.sorts
        ),
        create=tuple(string(each) for each in statements.create),
        update=string(statements.update) if statements.update and patched_fields(plan, entity) else None,
        remove=string(statements.remove) if statements.remove else None,
        lock=string(statements.lock) if statements.lock else None,
        is_public=is_public(plan, entity),
        versioned=entity.versioned,
    )


def _split(statements: Collection) -> tuple[str, str]:
    """The JSON expression and the table, which several statements share."""
    select, _, rest = statements.select.partition(", {key}")
    return select.removeprefix("select "), rest.rpartition("from ")[2]


@dataclass(frozen=True, slots=True)
class IncludesView:
    """`database/queries/includes`: what reads can show beside ids, by collection."""

    imports: str
    includes: tuple[tuple[str, tuple[str, ...]], ...]


def includes_view(plan: Plan) -> IncludesView | None:
    """None where there is nothing to include."""
    found = {list_name(entity).upper(): includes(plan, entity) for entity in plan.entities if includes(plan, entity)}
    targets = dict.fromkeys(list_name(each.target) for group in found.values() for each in group)
    modules: dict[str, tuple[str, ...]] = {f"database.queries.{name}": (name,) for name in targets}
    modules["services.data.includes"] = ("Include", "Includes")
    lines = {name: tuple(_include(each) for each in group) for name, group in found.items()}
    return IncludesView(imports(modules), tuple(lines.items())) if found else None


def _include(each: Include) -> str:
    return f"Include({literal(each.name)}, {list_name(each.target)}, {string(each.column)}),"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A function of `services/business`; each step is the arguments of a `Step`."""

    path: str
    function: str
    operation: str
    parameter: str
    payload: bool
    created: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    imports: str
    aliases: tuple[tuple[str, str], ...]
    schemas: tuple[Schema, ...]
    ids: tuple[str, ...]


_REFUSALS = {
    "unknown": "unknown_references",
    "absent": "absent",
    "denied": "denied",
    "unmovable": "unless_movable",
    "unmoved": "unless_moved",
    "settled": "unless_pending",
    "overtaken": "unless_overtaken",
    "passed": "unless_passed",
}


def service_views(plan: Plan) -> tuple[ServiceView, ...]:
    """One per routine."""
    return tuple(_service(plan, routine) for routine in all_routines(plan))


def _service(plan: Plan, routine: Routine) -> ServiceView:
    function, operation = function_name(plan, routine), routine.operation
    answer = answered(plan, routine)
    found = schemas.input_schemas(operation, pascal_function(function)) if operation else Schemas()
    statements = lower_routine(plan, routine, Conditions(plan))
    performing = ("Called", "Step", "Turn", "perform", "refuse_as", *_REFUSALS.values())
    modules: dict[str, tuple[str, ...]] = {
        **_TYPING,
        _MODELS: FIELDS,
        "services.business.perform": performing,
        "services.data.database": ("Transaction",),
        "services.data.uuid": ("uuid7",),
    }
    reading = _reading(plan, routine, answer)
    if answer and answer.by_collection:
        modules[f"database.queries.{list_name(answer.entity)}"] = (list_name(answer.entity),)
    return ServiceView(
        path=f"services/business/{function}.py",
        function=function,
        operation=literal(routine.name),
        parameter=_parameter(routine, function),
        payload=any("input" in each.parameters for each in statements) or "payload" in reading[1],
        created=tuple(_created(name) for name in created_names(routine)),
        steps=(*(_step(each, routine) for each in statements), reading),
        imports=imports(modules),
        aliases=tuple(found.aliases.items()),
        schemas=tuple(found.classes),
        ids=(operation.id if operation else routine.name,),
    )


def _parameter(routine: Routine, function: str) -> str:
    if routine.outcome:
        return "call: Called"
    if routine.job:
        return "turn: Turn"
    return f"given: {pascal_function(function)}" if routine.operation else "row_id: str"


def pascal_function(function: str) -> str:
    """`place_order` to `PlaceOrder`."""
    return "".join(pascal(word) for word in function.split("_") if word)


def _created(name: str) -> str:
    return f"{snake(name)}_id"


def _reading(plan: Plan, routine: Routine, answer: Answer | None) -> tuple[str, str]:
    if answer is None:
        return string("select null"), "[]"
    if answer.source == "kept":
        return _selecting(lower_answer(plan, routine, answer.name, Conditions(plan)), routine)
    sources = {
        "this": "row_id",
        "input": f"given.{attribute(f'{answer.name}Id')}",
        "created": _created(answer.name),
    }
    if answer.by_collection:
        return f"{list_name(answer.entity)}.read", f"[{sources[answer.source]}]"
    read = collection_statements(plan, answer.entity, Conditions(plan)).read
    return string(read), f"[{sources[answer.source]}]"


def _step(statement: RoutineStatement, routine: Routine) -> tuple[str, ...]:
    refusal = _refuse(statement.refusal)
    return (*_selecting(statement, routine), *([refusal] if refusal else []))


def _selecting(statement: RoutineStatement, routine: Routine) -> tuple[str, str]:
    known = {"this": "row_id", "input": "payload", CALL: "call.id", CLAIM: "turn.claim"}
    known |= {name: "turn.row" if routine.job else f"call.rows[{literal(name)}]" for name in routine.rows}
    values = ", ".join(known.get(name) or _created(name) for name in statement.parameters)
    return string(statement.text), f"[{values}]"


def _refuse(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    if refusal.error:
        return f"refuse_as({refusal.error.status}, {literal(refusal.error.name)})"
    return _REFUSALS[refusal.kind]


def constraints_view(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Every unique index with the members that it speaks of, as JSON pointers."""
    found = unique_members(plan)
    return tuple((literal(index), literal([f"/{member}" for member in members])) for index, members in found)
