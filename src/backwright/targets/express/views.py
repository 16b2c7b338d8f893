"""What the templates see: everything decided, nothing left but loops."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backwright.lowering.operations import Routine, all_routines, collection, routines
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
from backwright.lowering.wire.lists import Filter
from backwright.lowering.wire.retiring import notices, retirements
from backwright.lowering.wire.routes import READS, Answer, Route, answered, path_inputs, routes, routes_of
from backwright.lowering.wire.shapes import created_fields, managed_fields, patched_fields
from backwright.plan.model import Entity, Part, Plan, Retirement
from backwright.targets.express import text, zod
from backwright.targets.express.names import camel, file_name, function_name, kebab, list_name, pascal

__all__ = [
    "CollectionView",
    "IncludesView",
    "ModelView",
    "RoutesView",
    "ServiceView",
    "collection_view",
    "constraints_view",
    "includes_view",
    "model_view",
    "routes_view",
    "service_views",
]


@dataclass(frozen=True, slots=True)
class PartView:
    """The body of a part inside its whole's."""

    constant: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelView:
    """`database/models`: the bodies of one entity."""

    imports: tuple[str, ...]
    parts: tuple[PartView, ...]
    name: str
    constant: str
    base: tuple[str, ...]
    create: tuple[str, ...]
    update: tuple[str, ...]
    creates: bool
    updates: bool


def model_view(plan: Plan, entity: Entity) -> ModelView | None:
    """None where nothing is written by a body."""
    creates = entity.rule("create") is not None
    updates = entity.rule("update") is not None and bool(patched_fields(plan, entity))
    if not creates and not updates:
        return None
    patched = patched_fields(plan, entity) if updates else ()
    fields = created_fields(plan, entity) if creates else patched
    name = "fields"
    base = tuple(f"{zod.member(field)}: {zod.base(field)}," for field in fields)
    create = [
        f"{zod.member(field)}: {name}.{zod.member(field)}{zod.created(field)[len(zod.base(field)) :]},"
        for field in fields
    ]
    changed = [line for line, field in zip(create, fields, strict=True) if zod.created(field) != zod.base(field)]
    shapes = tuple(_part(plan, part) for part in entity.parts) if creates else ()
    parts = [_parts(part, shape) for part, shape in zip(entity.parts, shapes, strict=False)]
    update = tuple(f"{zod.member(field)}: {name}.{zod.member(field)}," for field in patched)
    inner = [line for shape in shapes for line in shape.members]
    body = "\n".join([*inner, *base, *changed, *parts, "patch(" if updates else ""])
    imports = (["import { z } from 'zod';"] if creates or zod.uses_zod(body) else []) + [
        text.import_line(names, "./fields.js") for names in [zod.imports(body)] if names
    ]
    whole = updates and len(update) == len(base)
    return ModelView(
        imports=tuple(imports),
        parts=shapes,
        name=entity.name,
        constant=name,
        base=base,
        create=(f"...{name},", *changed, *parts),
        update=() if whole else update,
        creates=creates,
        updates=updates,
    )


def _part(plan: Plan, part: Part) -> PartView:
    entity = plan.entity(part.entity)
    fields = [field for field in entity.fields if field.name not in managed_fields(plan, entity)]
    members = tuple(f"{zod.member(field)}: {zod.created(field)}," for field in fields)
    return PartView(f"{camel(entity.name)}Part", members)


def _parts(part: Part, shape: PartView) -> str:
    rows = f"{part.name}: list({shape.constant}, {part.min_size}, {part.max_size})"
    return f"{rows}," if part.min_size else f"{rows}.default([]),"


@dataclass(frozen=True, slots=True)
class CollectionView:
    """`database/queries`: the statements of one entity."""

    imports: tuple[str, ...]
    constant: str
    name: str
    is_public: bool
    versioned: bool
    json: str
    table: str
    id: str
    filters: tuple[str, ...]
    sorts: tuple[str, ...]
    create: tuple[str, ...]
    update: str | None
    remove: str | None
    lock: str | None


def collection_view(plan: Plan, entity: Entity) -> CollectionView:
    """The statements as template literals."""
    statements = collection_statements(plan, entity, Conditions(plan))
    filters = tuple(_filter(each, condition) for each, condition in statements.filters)
    sorts = tuple(f"{each.parameter}: {{ key: '{each.key}', type: '{each.type}' }}," for each in statements.sorts)
    body = "\n".join(filters)
    imports = ["import { z } from 'zod';"] if zod.uses_zod(body) else []
    imports.append("import type { Resource } from '../../services/data/resource.js';")
    imports += [text.import_line(names, "../models/fields.js") for names in [zod.imports(body)] if names]
    json, table = _split(statements)
    return CollectionView(
        imports=tuple(imports),
        constant=list_name(entity),
        name=collection(entity),
        is_public=is_public(plan, entity),
        versioned=entity.versioned,
        json=text.template(json),
        table=table,
        id=statements.id,
        filters=filters,
        sorts=sorts,
        create=tuple(text.template(each) for each in statements.create),
        update=text.template(statements.update) if statements.update and patched_fields(plan, entity) else None,
        remove=text.template(statements.remove) if statements.remove else None,
        lock=text.template(statements.lock) if statements.lock else None,
    )


def _filter(each: Filter, condition: str) -> str:
    schema = zod.query_parameter(each.field.type)
    return f"{_key(each.parameter)}: {{ schema: {schema}, where: {text.string(condition)} }},"


def _split(statements: Collection) -> tuple[str, str]:
    """The JSON expression and the table, which several statements share."""
    select, _, rest = statements.select.partition(", {key}")
    return select.removeprefix("select "), rest.rpartition("from ")[2]


def _key(name: str) -> str:
    return f"'{name}'" if "." in name else name


@dataclass(frozen=True, slots=True)
class IncludesView:
    """`database/queries/includes`: what reads can show beside ids, by collection."""

    imports: tuple[str, ...]
    includes: tuple[tuple[str, tuple[str, ...]], ...]


def includes_view(plan: Plan) -> IncludesView | None:
    """None where there is nothing to include."""
    found = {list_name(entity): includes(plan, entity) for entity in plan.entities if includes(plan, entity)}
    targets = {list_name(each.target): file_name(each.target) for group in found.values() for each in group}
    imports = [f"import {{ {name} }} from './{file}.js';" for name, file in targets.items()]
    lines = {name: tuple(_include(each) for each in group) for name, group in found.items()}
    return IncludesView(tuple(sorted(imports, key=_file_of)), tuple(lines.items())) if found else None


def _file_of(line: str) -> list[tuple[str, str, int]]:
    return text.natural(line.rpartition(" from ")[2])


def _include(each: Include) -> str:
    name = f"'{each.name}'" if "." in each.name else each.name
    return f"{name}: {{ resource: {list_name(each.target)}, column: {text.string(each.column)} }},"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a service function."""

    text: str
    values: str
    refuse: str | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A function of `services/business`."""

    path: str
    function: str
    operation: str
    schema: str | None
    members: tuple[str, ...]
    parameter: str
    created: tuple[str, ...]
    steps: tuple[StepView, ...]
    read: str
    read_values: str
    imports: tuple[str, ...]
    ids: tuple[str, ...]


_REFUSALS = {
    "unknown": "unknownReferences",
    "absent": "absent",
    "denied": "denied",
    "unmovable": "unlessMovable",
    "unmoved": "unlessMoved",
    "settled": "unlessPending",
    "overtaken": "unlessOvertaken",
    "passed": "unlessPassed",
}


def service_views(plan: Plan) -> tuple[ServiceView, ...]:
    """One per routine."""
    return tuple(_service(plan, routine) for routine in all_routines(plan))


def _service(plan: Plan, routine: Routine) -> ServiceView:
    statements = lower_routine(plan, routine, Conditions(plan))
    function = function_name(plan, routine)
    answer = answered(plan, routine)
    read, values = _reading(plan, routine, answer)
    operation = routine.operation
    schema = tuple(zod.input_members(operation.inputs)) if operation else None
    created = tuple(f"{name}Id" for name in created_names(routine))
    steps = tuple(_step(each, routine) for each in statements)
    fields = zod.imports("\n".join(schema or ()))
    refusals = sorted({each.refuse.split("(")[0] for each in steps if each.refuse} | {"perform"})
    imports = [
        *(["import { z } from 'zod';"] if schema is not None else []),
        *([text.import_line(fields, "../../database/models/fields.js")] if fields else []),
        *(
            [f"import {{ {list_name(answer.entity)} }} from '../../database/queries/{file_name(answer.entity)}.js';"]
            if answer and answer.by_collection
            else []
        ),
        "import type { Transaction } from '../data/database.js';",
        *(["import { uuidv7 } from '../data/uuid.js';"] if created else []),
        text.import_line(_performing(routine, refusals), "./perform.js"),
    ]
    return ServiceView(
        path=f"services/business/{kebab(function)}.ts",
        function=function,
        operation=routine.name,
        schema=pascal(function) if schema is not None else None,
        members=schema or (),
        parameter=_parameter(routine, " ".join((values, *(each.values for each in steps)))),
        created=created,
        steps=steps,
        read=read,
        read_values=f"[{values}]",
        imports=tuple(imports),
        ids=(routine.operation.id if routine.operation else routine.name,),
    )


def _performing(routine: Routine, names: list[str]) -> list[str]:
    given = ["type Called"] if routine.outcome else ["type Turn"] if routine.job else []
    return sorted((*given, *names), key=lambda name: text.natural(name.removeprefix("type ")))


def _parameter(routine: Routine, values: str) -> str:
    if routine.outcome:
        return "call: Called"
    if routine.job:
        return "turn: Turn"
    if routine.operation is None:
        return "id: string"
    return "input" if re.search(r"\binput\b", values) else "_input"


def _reading(plan: Plan, routine: Routine, answer: Answer | None) -> tuple[str, str]:
    """The statement that reads the answer, and its values."""
    if answer is None:
        return "'select null'", ""
    if answer.source == "kept":
        kept = lower_answer(plan, routine, answer.name, Conditions(plan))
        return text.template(kept.text), ", ".join(_argument(each, routine) for each in kept.parameters)
    key = {"this": "id", "input": f"input.{answer.name}Id", "created": f"{answer.name}Id"}[answer.source]
    if answer.by_collection:
        return f"{list_name(answer.entity)}.read", key
    return text.template(collection_statements(plan, answer.entity, Conditions(plan)).read), key


def _argument(parameter: str, routine: Routine) -> str:
    if parameter in routine.rows:
        return "turn.row" if routine.job else f"call.rows.{parameter}"
    if parameter in (CALL, CLAIM):
        return "call.id" if parameter == CALL else "turn.claim"
    return {"this": "id", "input": "input"}.get(parameter, f"{parameter}Id")


def _step(statement: RoutineStatement, routine: Routine) -> StepView:
    values = ", ".join(_argument(name, routine) for name in statement.parameters)
    return StepView(text.template(statement.text), f"[{values}]", _refuse(statement.refusal))


def _refuse(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    if refusal.error:
        return f"refuseAs({refusal.error.status}, '{refusal.error.name}')"
    return _REFUSALS[refusal.kind]


@dataclass(frozen=True, slots=True)
class RoutesView:
    """`api/routes`: the routes of one entity, or of the operations that belong to none."""

    imports: tuple[str, ...]
    constant: str
    retired: tuple[str, ...]
    routes: tuple[str, ...]


def routes_view(plan: Plan, entity: Entity | None) -> RoutesView | None:
    """None where nothing is served."""
    found = (
        routes_of(plan, entity)
        if entity
        else [route for route in routes(plan) if route.kind == "operation" and route.entity is None]
    )
    if not found:
        return None
    constant = f"{list_name(entity) if entity else 'operation'}Routes"
    names = retirements(found)
    retired = tuple(_retired(name, each) for each, name in names.items())
    lines = tuple(_route(plan, constant, route, names) for route in found)
    imports = _route_imports(plan, entity, found, "\n".join((*retired, *lines)))
    return RoutesView(tuple(imports), constant, retired, lines)


_HANDLERS = {"list": "list", "read": "show", "me": "showMe", "create": "create", "update": "update", "delete": "remove"}


_KEPT = {"list": "keptList", "read": "keptRow"}


def _is_kept(route: Route) -> bool:
    return route.kind in _KEPT and route.entity is not None and route.entity.cached is not None


def _route(plan: Plan, constant: str, route: Route, retired: Mapping[Retirement, str]) -> str:
    path = "/".join(f":{part[1:-1]}" if part.startswith("{") else part for part in route.path.split("/"))
    guard = (
        "everyone" if route.roles is None else text.call("only", [text.string(role) for role in route.roles], suffix="")
    )
    limit = [f"limited('{route.limit}')"] if route.limit else []
    notice = [retired[route.retirement]] if route.retirement else []
    arguments = [f"'{path}'", *notice, guard, *limit, _handler(plan, route)]
    return text.call(f"{constant}.{route.method.lower()}", arguments)


def _retired(name: str, retirement: Retirement) -> str:
    said = ", ".join(f"{header}: {text.string(value)}" for header, value in notices(retirement))
    return f"const {name} = retiring({{ {said} }});"


def _handler(plan: Plan, route: Route) -> str:
    if route.routine is None:
        assert route.entity
        name = list_name(route.entity)
        included = f", includes.{name}" if route.kind in READS and includes(plan, route.entity) else ""
        if _is_kept(route):
            return f"{_KEPT[route.kind]}({name}, {route.entity.cached}{included})"
        body = {"create": f", {route.entity.name}Create", "update": f", {route.entity.name}Update"}.get(route.kind, "")
        return f"{_HANDLERS[route.kind]}({name}{included}{body})"
    routine = next(each for each in routines(plan) if each.name == route.routine)
    function = function_name(plan, routine)
    if routine.operation is None:
        assert route.entity
        return f"transition('{routine.name}', {function}, {list_name(route.entity)})"
    names = ", ".join(f"{each.name}: '{zod.input_name(each)}'" for each in path_inputs(routine.operation))
    path = f", {{ {names} }}" if names else ""
    word = "idempotent" if route.idempotent else "operation"
    return f"{word}('{routine.name}', {pascal(function)}, {function}, {route.success}{path})"


def _route_imports(plan: Plan, entity: Entity | None, found: list[Route], body: str) -> list[str]:
    lines = ["import { Router } from 'express';"]
    words = [f"{entity.name}{kind}" for kind in ("Create", "Update")] if entity else []
    bodies = [word for word in words if f"{word})" in body]
    if entity and bodies:
        lines.append(text.import_line(bodies, f"../../database/models/{file_name(entity)}.js"))
    kept = sorted(_KEPT[route.kind] for route in found if _is_kept(route))
    unkept = [route.kind for route in found if route.kind in _HANDLERS and not _is_kept(route)]
    handlers = sorted({_HANDLERS[kind] for kind in unkept} - {"showMe"})
    queries = {}
    if entity and (handlers or kept or any(route.kind == "transition" for route in found)):
        queries[list_name(entity)] = file_name(entity)
    if " includes." in body:
        queries["includes"] = "includes"
    for name, file in sorted(queries.items(), key=lambda each: text.natural(each[1])):
        lines.append(f"import {{ {name} }} from '../../database/queries/{file}.js';")
    services = []
    for route in found:
        if route.routine:
            function = function_name(plan, next(each for each in routines(plan) if each.name == route.routine))
            names = [pascal(function), function] if route.kind == "operation" else [function]
            file = f"../../services/business/{kebab(function)}"
            services.append((file, text.import_line(names, f"{file}.js")))
    lines += [line for _, line in sorted(services, key=lambda each: text.natural(each[0]))]
    if any(route.idempotent for route in found):
        lines.append("import { idempotent } from '../controllers/idempotent.js';")
    if kept:
        lines.append(text.import_line(kept, "../controllers/kept.js"))
    operations = sorted({route.kind for route in found if route.routine and not route.idempotent})
    if any(route.kind == "me" for route in found):
        lines.append("import { showMe } from '../controllers/me.js';")
    if operations:
        lines.append(text.import_line(operations, "../controllers/operation.js"))
    if handlers:
        lines.append(text.import_line(handlers, "../controllers/resource.js"))
    if " everyone," in body:
        lines.append("import { everyone } from '../middleware/access.js';")
    if " only(" in body:
        lines.append("import { only } from '../middleware/authentication.js';")
    if any(route.limit for route in found):
        lines.append("import { limited } from '../middleware/limits.js';")
    if "retiring(" in body:
        lines.append("import { retiring } from '../middleware/retiring.js';")
    return lines


def constraints_view(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Every unique index with the members that it speaks of, as JSON pointers."""
    return tuple((index, ", ".join(f"'/{member}'" for member in members)) for index, members in unique_members(plan))
