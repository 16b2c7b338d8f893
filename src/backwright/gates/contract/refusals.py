"""Why a request that fits the document may be refused all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from schemathesis.core.transport import Response

from backwright.gates.steps import fits
from backwright.plan.model import (
    DeleteStep,
    EachStep,
    Exact,
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

_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Refusals:
    """No schema states these reasons: rows, pages' marks, conditions, ranges of decimals, declared errors."""

    def __init__(self, plan: Plan) -> None:
        conditions = [""] if any(entity.checks for entity in plan.entities) else []
        # Which passwords are common is no matter of form.
        passwords = ("password", "newPassword") if plan.identity else ()
        self._places = frozenset((*(name for name, _ in references(plan)), "cursor", *conditions, *passwords))
        # Nobody can make up the token that a mail carries.
        self._errors = frozenset((*_errors(plan), "token_invalid"))
        self._decimals = tuple(_decimals(plan))

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
        beyond = [error for error in found if self._is_beyond(body, str(error.get("pointer")))]
        if beyond and beyond == found:
            return True
        found = [error for error in found if error not in beyond]
        places = [str(error.get("parameter", error.get("pointer"))) for error in found]
        named = [re.sub(r"(/\d+)+$", "", place).rpartition("/")[2] for place in places]
        return bool(named) and all(name in self._places for name in named)

    def _is_beyond(self, body: object, pointer: str) -> bool:
        """Whether a decimal lies outside its range: it travels as a string, and a pattern says nothing of ranges."""
        value = body
        for step in pointer.split("/")[1:]:
            if isinstance(value, dict):
                value = value.get(step)
            else:
                value = (
                    value[int(step)] if isinstance(value, list) and step.isdigit() and int(step) < len(value) else None
                )
        name = pointer.rpartition("/")[2]
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            return False
        return any(each == name and not fits(kind, Decimal(value)) for each, kind in self._decimals)


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


def _decimals(plan: Plan) -> Iterator[tuple[str, Exact]]:
    for entity in plan.entities:
        yield from ((each.name, each.type) for each in entity.fields if isinstance(each.type, Exact))
    for operation in plan.operations:
        for each in operation.inputs:
            item = each.type.item if isinstance(each.type, ListOf) else each.type
            inner = item.inputs if isinstance(item, Record) else (each,)
            yield from ((one.name, one.type) for one in inner if isinstance(one.type, Exact))


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
