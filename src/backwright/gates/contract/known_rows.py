"""Puts ids of rows that exist into legal requests, so that they reach further than 'not found'."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator

import psycopg
from schemathesis.core.jsonschema.types import JsonValue
from schemathesis.core.parameters import ParameterLocation

from backwright.gates.contract.cases import Request
from backwright.gates.contract.refusals import references
from backwright.gates.layout import table
from backwright.plan.model import Plan
from backwright.plan.naming import collection_path

__all__ = ["KnownRows", "is_legal", "with_stranger"]

_EACH = 8


class KnownRows:
    """A few ids of every entity, handed out in turn."""

    def __init__(self, connection: psycopg.Connection, plan: Plan) -> None:
        ids = {}
        for entity in plan.entities:
            query = f"select id::text from {table(entity)} order by id limit {_EACH}"
            found = [str(row[0]) for row in connection.execute(query.encode()).fetchall()]
            ids[entity.name] = deque(found)
        self._ids = ids
        self._paths = {collection_path(entity): entity.name for entity in plan.entities}
        self._members = dict(references(plan))
        self._keys = itertools.count(1)

    def put_into(self, case: Request) -> None:
        """Changes only the parts of a case that are legal as they stand."""
        if is_legal(case, ParameterLocation.PATH) and case.path_parameters:
            known = {name: self._of_path(case, name) or value for name, value in case.path_parameters.items()}
            case.path_parameters = known
        if is_legal(case, ParameterLocation.HEADER) and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"gate-{next(self._keys)}"
        if is_legal(case, ParameterLocation.BODY) and isinstance(case.body, dict):
            case.body = self._with_known(case.body)

    def learn(self, case: Request, key: object) -> None:
        """A row that a request has just made comes next."""
        entity = self._paths.get(case.path)
        if entity and isinstance(key, str):
            self._ids[entity].appendleft(key)

    def _of_path(self, case: Request, name: str) -> str:
        if name != "id":
            entity = self._members.get(f"{name}Id")
        else:
            entity = next((each for path, each in self._paths.items() if case.path.startswith(f"{path}/")), None)
        return self._next(entity) if entity else ""

    def _next(self, entity: str) -> str:
        ids = self._ids[entity]
        ids.rotate(-1)
        return ids[-1] if ids else ""

    def _with_known(self, value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [self._with_known(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: self._member(name, inner) for name, inner in value.items()}

    def _member(self, name: str, value: JsonValue) -> JsonValue:
        entity = self._members.get(name)
        if entity and isinstance(value, str):
            return self._next(entity) or value
        if entity and isinstance(value, list):
            return [self._next(entity) or each if isinstance(each, str) else each for each in value]
        return self._with_known(value)


def with_stranger(body: dict[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    """The body with a member that nobody knows: in itself, then in the first object of each list."""
    yield {**body, "gateProbe": 1}
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield {**body, name: [{**value[0], "gateProbe": 1}, *value[1:]]}


def is_legal(case: Request, location: ParameterLocation) -> bool:
    """Whether that part of a case was meant to be accepted."""
    component = case.meta.components.get(location) if case.meta else None
    return component is None or component.mode.is_positive
