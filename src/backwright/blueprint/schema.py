"""The JSON Schema of blueprints, for editors: keys and kinds. What names mean is for the compiler to say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from backwright.blueprint.load import OPERATION_KEYS, ROOT_KEYS
from backwright.blueprint.notation import FLAGS, SCALAR_TYPES
from backwright.blueprint.read_channels import CHANNEL_KEYS
from backwright.blueprint.read_entities import ENTITY_KEYS, LIFECYCLE_KEYS, TRANSITION_KEYS
from backwright.blueprint.read_jobs import FOR_KEYS, JOB_KEYS
from backwright.blueprint.read_ports import CALL_KEYS
from backwright.blueprint.read_types import TYPE_KEYS

__all__ = ["blueprint_schema", "render_schema", "write_schema"]

Schema = Mapping[str, object]

_EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
_STEPS: Schema = {"$ref": "#/$defs/steps"}
_TEXT: Schema = {"type": "string"}
_TYPE: Schema = {"$ref": "#/$defs/type"}
_RETIREMENT: Mapping[str, Schema] = {
    "deprecated": {"type": "string", "format": "date", "description": "Since when nobody should begin to use it."},
    "sunset": {"type": "string", "format": "date", "description": "The day on which it may go."},
}
_ENTITY_NAME = "^[A-Z][A-Za-z0-9]*(#.+)?$"
_MEMBER_NAME = "^[a-z][A-Za-z0-9_]*(#.+)?$"


def write_schema(path: Path) -> None:
    """Write the schema file."""
    path.write_text(render_schema(), encoding="utf-8")


def render_schema() -> str:
    """The schema as the text of its file."""
    return json.dumps(blueprint_schema(), ensure_ascii=False, indent=2) + "\n"


def blueprint_schema() -> Schema:
    """The schema, JSON Schema 2020-12."""
    properties: dict[str, Schema] = {
        "backwright": {"const": 1, "description": "The version of the language."},
        "app": _closed({"name": _TEXT, "summary": _TEXT}, ("name",)),
        "identity": _closed(
            {
                "entity": _TEXT,
                "login": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2},
                "roles": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
            },
            ("entity", "login", "roles"),
        ),
        "entities": _named(_ENTITY_NAME, {"$ref": "#/$defs/entity"}),
        "operations": _named(_MEMBER_NAME, {"$ref": "#/$defs/operation"}),
        "events": _named(_ENTITY_NAME, _named(_MEMBER_NAME, _TYPE)),
        "ports": _named(_MEMBER_NAME, _named(_MEMBER_NAME, {"$ref": "#/$defs/call"})),
        "channels": _named("^[a-z0-9]", {"$ref": "#/$defs/channel"}),
        "jobs": _named(_MEMBER_NAME, {"$ref": "#/$defs/job"}),
        "requirements": {"type": "object"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Backwright blueprint",
        **_closed({key: properties[key] for key in ROOT_KEYS}, ("backwright", "app", "entities")),
        "$defs": {
            "expression": {
                "description": "An expression in CEL syntax.",
                "type": ["string", "boolean", "number"],
            },
            "type": _type(),
            "part": _part(),
            "entity": _entity(),
            "lifecycle": _lifecycle(),
            "transition": _transition(),
            "require": {"anyOf": [_EXPRESSION, _require_step()]},
            "operation": _operation(),
            "call": _call(),
            "then": _then(),
            "channel": _channel(),
            "job": _job(),
            "otherwise": _closed({"error": _TEXT, "status": _between(400, 499)}, ("error",)),
            "set": {"type": "object", "additionalProperties": {"anyOf": [_EXPRESSION, {"type": "null"}]}},
            "step": {"oneOf": _steps()},
            "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
        },
    }


def _closed(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> dict[str, object]:
    schema: dict[str, object] = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return schema


def _named(pattern: str, value: Schema) -> Schema:
    return {"type": "object", "patternProperties": {pattern: value}, "additionalProperties": False}


def _between(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _type() -> Schema:
    kinds: dict[str, Schema] = {key: {"type": "number"} for key in TYPE_KEYS}
    kinds |= {
        "type": {"anyOf": [{"enum": [*SCALAR_TYPES, "reference", "list"]}, {"type": "string", "pattern": "^[A-Z]"}]},
        "entity": _TEXT,
        "values": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
        "of": {"anyOf": [_TYPE, _named(_MEMBER_NAME, _TYPE)]},
        "pattern": _TEXT,
        "on_delete": {"enum": ["restrict", "cascade", "clear"]},
    }
    flags: dict[str, Schema] = {flag: {"type": "boolean"} for flag in FLAGS}
    flags["default"] = {"type": ["string", "number", "boolean", "null"]}
    return {
        "description": "A type: 'string(1..80) unique', or the same as a mapping.",
        "anyOf": [_TEXT, _closed({**kinds, **flags}, ("type",))],
    }


def _part() -> Schema:
    number: Schema = {"type": "integer", "minimum": 0}
    return {"anyOf": [_TEXT, _closed({"entity": _TEXT, "min": number, "max": number}, ("entity",))]}


def _entity() -> Schema:
    expressions = _named(_MEMBER_NAME, _EXPRESSION)
    groups: Schema = {"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": 1}}
    actions: dict[str, Schema] = dict.fromkeys(("read", "create", "update", "delete"), _EXPRESSION)
    properties: dict[str, Schema] = {
        "fields": _named(_MEMBER_NAME, _TYPE),
        "owner": _TEXT,
        "parts": _named(_MEMBER_NAME, {"$ref": "#/$defs/part"}),
        "computed": expressions,
        "unique": groups,
        "indexes": groups,
        "checks": expressions,
        "lifecycle": {"$ref": "#/$defs/lifecycle"},
        "allow": _closed(actions),
        "plural": _TEXT,
        "summary": _TEXT,
        "versioned": {"type": "boolean", "description": "Whether every write must say which version it means."},
        "cached": {
            "type": "string",
            "pattern": "^[1-9][0-9]*[smh]$",
            "description": "How long answers to reads may be kept; what is written drops them.",
        },
        **_RETIREMENT,
    }
    entity = _closed({key: properties[key] for key in ENTITY_KEYS})
    return {"anyOf": [entity, {"type": "null"}]}


def _lifecycle() -> Schema:
    properties: dict[str, Schema] = {
        "field": _TEXT,
        "states": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
        "transitions": _named(_MEMBER_NAME, {"$ref": "#/$defs/transition"}),
    }
    return _closed({key: properties[key] for key in LIFECYCLE_KEYS}, LIFECYCLE_KEYS)


def _transition() -> Schema:
    one: Schema = {"$ref": "#/$defs/require"}
    properties: dict[str, Schema] = {
        "from": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]},
        "to": _TEXT,
        "allow": _EXPRESSION,
        "require": {"anyOf": [one, {"type": "array", "items": one}]},
        "steps": _STEPS,
        "emit": _TEXT,
    }
    return _closed({key: properties[key] for key in TRANSITION_KEYS}, ("from", "to", "allow"))


def _operation() -> Schema:
    properties: dict[str, Schema] = {
        "route": {"type": "string", "pattern": "^(POST|PUT|PATCH|DELETE) +/"},
        "allow": _EXPRESSION,
        "idempotent": {"type": "boolean"},
        "input": _named(_MEMBER_NAME, _TYPE),
        "steps": _STEPS,
        "then": {"$ref": "#/$defs/then"},
        "returns": _TEXT,
        "status": {"enum": [200, 201, 202, 204]},
        "summary": _TEXT,
        **_RETIREMENT,
    }
    return _closed({key: properties[key] for key in OPERATION_KEYS}, ("route", "allow", "steps"))


def _call() -> Schema:
    outcomes: Schema = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
    properties: dict[str, Schema] = {"input": _named(_MEMBER_NAME, _TYPE), "outcomes": outcomes}
    return _closed({key: properties[key] for key in CALL_KEYS}, ("outcomes",))


def _then() -> Schema:
    nothing: Schema = {"type": "array", "maxItems": 0}
    return {
        "description": "A call of a port after the commit, and the steps of each of its outcomes.",
        "type": "object",
        "properties": {"call": _TEXT, "with": {"$ref": "#/$defs/set"}},
        "required": ["call"],
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/step"}, _STEPS, nothing, {"type": "null"}]},
    }


def _channel() -> Schema:
    sends: Schema = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
    properties: dict[str, Schema] = {"allow": _EXPRESSION, "sends": sends}
    return _closed({key: properties[key] for key in CHANNEL_KEYS}, CHANNEL_KEYS)


def _job() -> Schema:
    rows: dict[str, Schema] = {"each": _TEXT, "where": _EXPRESSION, "as": _TEXT}
    times: Schema = {"type": "array", "items": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}, "minItems": 1}
    properties: dict[str, Schema] = {
        "every": {"type": "string", "pattern": "^[1-9][0-9]*[smhd]$"},
        "at": {"description": "Times of the day in UTC.", **times},
        "for": _closed({key: rows[key] for key in FOR_KEYS}, ("each", "as")),
        "steps": _STEPS,
    }
    return _closed({key: properties[key] for key in JOB_KEYS}, ("for", "steps"))


def _require_step() -> Schema:
    return _closed({"require": _EXPRESSION, "otherwise": {"$ref": "#/$defs/otherwise"}}, ("require",))


def _steps() -> list[Schema]:
    set_, otherwise = {"$ref": "#/$defs/set"}, {"$ref": "#/$defs/otherwise"}
    loop = _closed({"in": _TEXT, "as": _TEXT}, ("in", "as"))
    return [
        _closed({"create": _TEXT, "set": set_, "as": _TEXT}, ("create", "set")),
        _closed({"update": _TEXT, "set": set_, "otherwise": otherwise}, ("update", "set")),
        _closed({"delete": _TEXT, "otherwise": otherwise}, ("delete",)),
        _require_step(),
        _closed({"let": set_}, ("let",)),
        _closed({"transition": _TEXT, "otherwise": otherwise}, ("transition",)),
        _closed({"emit": _TEXT, "with": set_}, ("emit",)),
        _closed({"each": loop, "do": _STEPS}, ("each", "do")),
    ]
