"""Why a request that fits the document may be refused all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from schemathesis.core.transport import Response

from backwright.plan.model import (
    DeleteStep,
    EachStep,
    Input,
    ListOf,
    Plan,
    Record,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["Refusals", "member_of", "references"]


class Refusals:
    """Reasons that no schema can state: rows, pages' marks, conditions between fields, declared errors."""

    def __init__(self, plan: Plan) -> None:
        conditions = [""] if any(entity.checks for entity in plan.entities) else []
        self._places = frozenset((*(name for name, _ in references(plan)), "cursor", *conditions))
        self._errors = frozenset(_errors(plan))

    def explain(self, response: Response, body: object = None) -> bool:
        """Whether everything that the problem names may be refused; PostgreSQL keeps no NUL, also not inside JSON."""
        if str(member_of(response, "code")) in self._errors:
            return True
        errors = member_of(response, "errors")
        found = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
        if found and "\\u0000" in json.dumps(body, default=str):
            found = [error for error in found if error.get("message") != "holds a NUL character"]
            if not found:
                return True
        places = [str(error.get("parameter", error.get("pointer"))) for error in found]
        named = [re.sub(r"(/\d+)+$", "", place).rpartition("/")[2] for place in places]
        return bool(named) and all(name in self._places for name in named)


def member_of(response: Response, name: str) -> object:
    """A member of the JSON object; None where there is none."""
    try:
        document = response.json()
    except ValueError:
        return None
    return document.get(name) if isinstance(document, dict) else None


def references(plan: Plan) -> Iterator[tuple[str, str]]:
    """Members of bodies that hold ids, with the entity they name."""
    for entity in plan.entities:
        for field in entity.fields:
            if isinstance(field.type, Reference):
                yield f"{field.name}Id", field.type.entity
    for operation in plan.operations:
        yield from _inputs(operation.inputs)


def _inputs(inputs: tuple[Input, ...]) -> Iterator[tuple[str, str]]:
    for each in inputs:
        match each.type:
            case Reference(entity):
                yield f"{each.name}Id", entity
            case ListOf(Reference(entity)):
                yield each.name, entity
            case ListOf(Record(inner)):
                yield from _inputs(inner)
            case _:
                pass


def _errors(plan: Plan) -> Iterator[str]:
    for operation in plan.operations:
        yield from _of_steps(operation.steps)
    for entity in plan.entities:
        for transition in entity.lifecycle.transitions if entity.lifecycle else ():
            yield from _of_steps((*transition.require, *transition.steps))


def _of_steps(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        match step:
            case EachStep(steps=inner):
                yield from _of_steps(inner)
            case RequireStep(otherwise=error) | UpdateStep(otherwise=error) | DeleteStep(otherwise=error) if error:
                yield error.name
            case _:
                pass
