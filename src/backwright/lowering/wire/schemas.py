"""JSON Schemas (2020-12, as OpenAPI 3.1 uses it) of what travels: values, rows, bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from backwright.lowering.relational.columns import json_name
from backwright.lowering.wire.includes import Include, includes
from backwright.lowering.wire.lists import query_type
from backwright.lowering.wire.shapes import (
    PASSWORD,
    created_fields,
    default_value,
    managed_fields,
    patched_fields,
    registration_fields,
    shown_fields,
)
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    EnumType,
    ExactType,
    IntType,
    TextType,
    TimestampType,
    Typing,
    UuidType,
)
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Event,
    Exact,
    Field,
    Input,
    Integer,
    Json,
    ListOf,
    Part,
    Plan,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)

__all__ = [
    "EMAIL",
    "PHONE",
    "SLUG",
    "URL",
    "UUID",
    "Schema",
    "create_schema",
    "event_schema",
    "input_schema",
    "object_schema",
    "query_schema",
    "registration_schema",
    "row_schema",
    "update_schema",
    "value_schema",
]

Schema = dict[str, object]

EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
# Without blanks and control characters by their numbers: what `\s` means differs from language to language.
_VISIBLE = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
URL = rf"^https?://{_VISIBLE}+$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PHONE = r"^\+[1-9][0-9]{6,14}$"
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_NO_NUL = r"^[^\u0000]*$"
_FORMATS = {"email": EMAIL, "url": URL, "slug": SLUG, "phone": PHONE}
_TIMESTAMP: Schema = {"type": "string", "format": "date-time"}


def object_schema(properties: dict[str, Schema], required: list[str]) -> Schema:
    """A closed object."""
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def value_schema(kind: Type) -> Schema:
    """The schema of one value on its way in."""
    match kind:
        case Text(minimum, maximum, "plain", pattern):
            return {"type": "string", "minLength": minimum, "maxLength": maximum, "pattern": pattern or _NO_NUL}
        case Text(minimum, maximum, form):
            return {"type": "string", "minLength": minimum, "maxLength": maximum, "pattern": _FORMATS[form]}
        case Integer(minimum, _, True):
            return {"type": "string", "pattern": rf"^{'-?' if minimum < 0 else ''}\d{{1,19}}$"}
        case Integer(minimum, maximum):
            return {"type": "integer", "minimum": minimum, "maximum": maximum}
        case Exact(precision, scale):
            return {
                "type": "string",
                "pattern": decimal_pattern(kind),
                "examples": [_example(kind)],
                "maxLength": precision + 2 + (scale in (0, precision)),
            }
        case Bool():
            return {"type": "boolean"}
        case Date():
            return {"type": "string", "format": "date"}
        case Timestamp():
            return dict(_TIMESTAMP)
        case Uuid() | Reference():
            return {"type": "string", "format": "uuid", "pattern": UUID}
        case Json():
            return {"type": ["object", "array", "string", "number", "boolean"], "description": "Any JSON value."}
        case Enumeration(values):
            return {"type": "string", "enum": list(values)}
        case Record(inputs):
            return input_schema(inputs)
        case ListOf(item, smallest, largest):
            return {"type": "array", "items": value_schema(item), "minItems": smallest, "maxItems": largest}
        case _:
            assert_never(kind)


def query_schema(kind: Type) -> Schema:
    """The schema of a value that a list is narrowed by."""
    return value_schema(query_type(kind))


def decimal_pattern(kind: Exact) -> str:
    """The digits an exact decimal may have; without a sign where it cannot be negative."""
    fraction = rf"(\.\d{{1,{kind.scale}}})?" if kind.scale else ""
    positive = "(?=.*[1-9])" if kind.above == 0 else ""
    whole = rf"\d{{1,{kind.precision - kind.scale}}}" if kind.precision > kind.scale else "0"
    return rf"^{positive}{'' if _nonnegative(kind) else '-?'}{whole}{fraction}$"


def _nonnegative(kind: Exact) -> bool:
    return any(bound is not None and bound >= 0 for bound in (kind.minimum, kind.above))


def _example(kind: Exact) -> str:
    low = kind.minimum if kind.minimum is not None else kind.above if kind.above is not None else 0
    return f"{low + 1:.{kind.scale}f}"


def _nullable(schema: Schema) -> Schema:
    if "enum" in schema:
        return schema | {"type": [schema["type"], "null"], "enum": [*_words(schema), None]}
    if "type" not in schema:
        return schema
    kinds = schema["type"]
    return schema | {"type": [*(kinds if isinstance(kinds, list) else [kinds]), "null"]}


def _words(schema: Schema) -> list[object]:
    words = schema["enum"]
    assert isinstance(words, list)
    return words


def _field(field: Field) -> Schema:
    schema = value_schema(field.type)
    return _nullable(schema) if field.optional else schema


def create_schema(plan: Plan, entity: Entity) -> Schema:
    """The body of a create, parts included."""
    fields = created_fields(plan, entity)
    properties = {json_name(field): _with_default(field) for field in fields}
    properties |= {part.name: _parts_in(plan, part) for part in entity.parts}
    required = [json_name(field) for field in fields if not field.optional and field.default is None]
    return object_schema(properties, required + [part.name for part in entity.parts if part.min_size > 0])


def _with_default(field: Field) -> Schema:
    schema = _field(field)
    if field.default is None:
        return schema
    return schema | {"default": default_value(field)}


def _parts_in(plan: Plan, part: Part) -> Schema:
    entity = plan.entity(part.entity)
    fields = [field for field in entity.fields if field.name not in managed_fields(plan, entity)]
    required = [json_name(field) for field in fields if not field.optional and field.default is None]
    item = object_schema({json_name(field): _with_default(field) for field in fields}, required)
    return {"type": "array", "items": item, "minItems": part.min_size, "maxItems": part.max_size}


def update_schema(plan: Plan, entity: Entity) -> Schema:
    """The body of a patch: at least one field."""
    return object_schema({json_name(field): _field(field) for field in patched_fields(plan, entity)}, []) | {
        "minProperties": 1
    }


def registration_schema(plan: Plan, entity: Entity) -> Schema:
    """The body of a registration: the profile and a password (NIST SP 800-63B-4, 3.1.1.2)."""
    fields = registration_fields(plan, entity)
    properties = {json_name(field): _with_default(field) for field in fields}
    properties["password"] = value_schema(PASSWORD) | {"format": "password"}
    return object_schema(
        properties,
        [json_name(field) for field in fields if not field.optional and field.default is None] + ["password"],
    )


def input_schema(inputs: tuple[Input, ...]) -> Schema:
    """The body of an operation, or one element of an input list."""
    properties = {}
    for each in inputs:
        name = f"{each.name}Id" if isinstance(each.type, Reference) else each.name
        properties[name] = _nullable(value_schema(each.type)) if each.optional else value_schema(each.type)
    required = [name for name, each in zip(properties, inputs, strict=True) if not each.optional]
    return object_schema(properties, required)


def row_schema(plan: Plan, entity: Entity) -> Schema:
    """A row as it is shown; what only `include` shows is optional."""
    return _row(plan, entity, {each.name: each for each in includes(plan, entity)})


def _row(
    plan: Plan, entity: Entity, included: Mapping[str, Include], path: str = "", hidden: str | None = None
) -> Schema:
    properties: dict[str, Schema] = {"id": {"type": "string", "format": "uuid"}}
    optional: set[str] = set()
    for field in shown_fields(entity, hidden):
        properties[json_name(field)] = _shown(field)
        if include := included.get(f"{path}{field.name}"):
            properties[field.name] = _included(include)
            optional.add(field.name)
    properties |= {each.name: _computed(each.expression.typing) for each in entity.computed}
    for part in entity.parts:
        item = _row(plan, plan.entity(part.entity), included, f"{path}{part.name}.", part.back)
        properties[part.name] = {"type": "array", "items": item}
    if hidden is None:
        properties |= {"createdAt": dict(_TIMESTAMP), "updatedAt": dict(_TIMESTAMP)}
    return object_schema(properties, [name for name in properties if name not in optional])


def _included(include: Include) -> Schema:
    row: Schema = {"$ref": f"#/components/schemas/{include.target.name}"}
    return {"anyOf": [row, {"type": "null"}], "description": f"Where `include` names `{include.name}`"}


def event_schema(event: Event) -> Schema:
    """What an event tells; a member's range is not promised."""
    told = {f"{each.name}Id" if isinstance(each.type, Reference) else each.name: _shown(each) for each in event.members}
    return object_schema(told, [name for name, each in zip(told, event.members, strict=True) if not each.optional])


def _shown(field: Field | Input) -> Schema:
    match field.type:
        case Text():
            schema: Schema = {"type": "string"}
        case Exact():
            schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        case Integer(wide=False):
            schema = {"type": "integer"}
        case _:
            schema = value_schema(field.type)
    return _nullable(schema) if field.optional else schema


def _computed(typing: Typing) -> Schema:
    match typing.type:
        case BoolType():
            schema: Schema = {"type": "boolean"}
        case IntType(wide=False):
            schema = {"type": "integer"}
        case IntType() | ExactType():
            schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        case TextType():
            schema = {"type": "string"}
        case EnumType(values):
            schema = {"type": "string", "enum": list(values)}
        case DateType():
            schema = {"type": "string", "format": "date"}
        case TimestampType():
            schema = dict(_TIMESTAMP)
        case UuidType():
            schema = {"type": "string", "format": "uuid"}
        case _:
            schema = {}
    return _nullable(schema) if typing.nullable else schema
