"""Bodies and parameters as pydantic models and annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from backwright.lowering.relational.columns import json_name
from backwright.lowering.routine_sources import wire_name
from backwright.lowering.wire.lists import query_type
from backwright.lowering.wire.shapes import (
    PASSWORD,
    created_fields,
    default_value,
    managed_fields,
    patched_fields,
    registration_fields,
)
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Exact,
    Field,
    Input,
    Integer,
    Json,
    ListOf,
    Operation,
    Part,
    Plan,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)
from backwright.targets.fastapi.names import attribute, pascal
from backwright.targets.fastapi.text import literal

__all__ = ["FIELDS", "Schema", "Schemas", "body_schemas", "input_schemas", "parameter", "registration_schemas"]

# What `database/models/fields.py` offers.
FIELDS = (
    *("ABSENT", "Body", "Input", "Json", "Patch"),
    *("date", "decimal", "email", "phone", "slug", "text", "timestamp", "url", "uuid", "whole_number"),
)
_TAKEN = frozenset({*FIELDS, "Annotated", "Field", "Literal", "Step", "Transaction"})


@dataclass(frozen=True, slots=True)
class Schema:
    """One class."""

    name: str
    base: str
    members: tuple[str, ...]
    doc: str = ""


@dataclass(slots=True)
class Schemas:
    """The classes of one module, with the types that they share, by name."""

    aliases: dict[str, str] = field(default_factory=dict)
    classes: list[Schema] = field(default_factory=list)

    def member(self, name: str, kind: str, optional: bool, default: str | None) -> str:
        """A line of a class; its type gets a name, because a member hides what is called like it."""
        annotation = f"{kind if self._is_local(kind) else self._alias(name, kind)}{' | None' if optional else ''}"
        own = attribute(name)
        if own == name:
            return f"{own}: {annotation}{f' = {default}' if default is not None else ''}"
        standing = f"default={default}, " if default is not None else ""
        return f'{own}: {annotation} = Field({standing}alias="{name}")'

    def _is_local(self, kind: str) -> bool:
        """Whether a type needs a class of its own module."""
        return any(re.search(rf"\b{each.name}\b", kind) for each in self.classes)

    def _alias(self, name: str, kind: str) -> str:
        if kind == "bool":
            return kind
        wanted = pascal(attribute(name).title().replace("_", ""))
        wanted = f"{wanted}Value" if wanted in _TAKEN or not wanted.isidentifier() else wanted
        while self.aliases.setdefault(wanted, kind) != kind:
            wanted += "Value"
        return wanted


def annotation(kind: Type, items: Schemas | None = None, owner: str = "") -> str:
    """The type of one value on its way in; records become classes among `items`, called after their `owner`."""
    match kind:
        case Text(minimum, maximum, "plain", pattern):
            matching = f', r"{_regex(pattern)}"' if pattern else ""
            return f"Annotated[str, text({minimum}, {maximum}{matching})]"
        case Text(minimum, maximum, form):
            return f"Annotated[str, {form}({minimum}, {maximum})]"
        case Integer(minimum, maximum, True):
            return f'Annotated[str, decimal(19, 0, minimum="{minimum}", maximum="{maximum}")]'
        case Integer(minimum, maximum):
            return f"Annotated[int, Field(ge={minimum}, le={maximum})]"
        case Exact(precision, scale):
            limits = {"minimum": kind.minimum, "maximum": kind.maximum, "above": kind.above, "below": kind.below}
            given = "".join(f', {name}="{bound}"' for name, bound in limits.items() if bound is not None)
            return f"Annotated[str, decimal({precision}, {scale}{given})]"
        case Bool():
            return "bool"
        case Date():
            return "Annotated[str, date()]"
        case Timestamp():
            return "Annotated[str, timestamp()]"
        case Uuid() | Reference():
            return "Annotated[str, uuid()]"
        case Json():
            return "Json"
        case Enumeration(values):
            return f"Literal[{', '.join(literal(word) for word in values)}]"
        case Record(inputs):
            assert items is not None
            _record(items, owner, inputs)
            return owner
        case ListOf(item, smallest, largest):
            bounds = f"Field(min_length={smallest}, max_length={largest})"
            return f"Annotated[list[{annotation(item, items, owner)}], {bounds}]"
        case _:
            assert_never(kind)


# What ECMA-262 takes for blanks and for the ends of lines.
_BLANK = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_MEANT = {"$": r"\Z", ".": r"[^\n\r\u2028\u2029]", r"\s": f"[{_BLANK}]", r"\S": f"[^{_BLANK}]"}


def _regex(pattern: str) -> str:
    """What the contract's dialect means by `$`, `.` and `\\s`; quotes cannot end the literal."""

    def meant(found: re.Match[str]) -> str:
        if found[0].startswith("["):
            return re.sub(r"\\.", lambda inner: _BLANK if inner[0] == r"\s" else inner[0], found[0])
        return _MEANT.get(found[0], found[0])

    written = re.sub(r"\\.|\[(?:\\.|[^\]])*\]|[$.]", meant, pattern)
    return written.replace('"', r"\x22").replace("\n", r"\n")


def parameter(kind: Type) -> str:
    """The type of a value in a query string."""
    match query_type(kind):
        case Integer(wide=False):
            return "Annotated[str, whole_number()]"
        case Bool():
            return 'Literal["true", "false"]'
        case wanted:
            return annotation(wanted)


def _default(each: Field) -> str | None:
    value = default_value(each)
    if value is None:
        return "None" if each.optional else None
    return literal(value)


def _created(schemas: Schemas, each: Field) -> str:
    return schemas.member(json_name(each), annotation(each.type), each.optional, _default(each))


def body_schemas(plan: Plan, entity: Entity) -> Schemas:
    """The bodies of one entity."""
    schemas = Schemas()
    if entity.rule("create"):
        parts = [_part(plan, schemas, part) for part in entity.parts]
        members = [_created(schemas, each) for each in created_fields(plan, entity)]
        schemas.classes.append(Schema(f"{entity.name}Create", "Body", (*members, *parts)))
    patched = patched_fields(plan, entity)
    if entity.rule("update") and patched:
        lines = tuple(schemas.member(json_name(e), annotation(e.type), e.optional, "ABSENT") for e in patched)
        schemas.classes.append(Schema(f"{entity.name}Update", "Patch", lines))
    return schemas


def _part(plan: Plan, schemas: Schemas, part: Part) -> str:
    """The body of a part inside its whole's."""
    entity = plan.entity(part.entity)
    fields = [each for each in entity.fields if each.name not in managed_fields(plan, entity)]
    own = Schemas()
    name = f"{entity.name}Part"
    members = tuple(_prefixed(own, schemas, entity, each) for each in fields)
    schemas.classes.append(Schema(name, "Body", members))
    rows = f"Annotated[list[{name}], Field(min_length={part.min_size}, max_length={part.max_size})]"
    line = f"{attribute(part.name)}: {rows}"
    alias = "" if attribute(part.name) == part.name else f'alias="{part.name}"'
    standing = ", ".join(each for each in ("" if part.min_size else "default_factory=list", alias) if each)
    return f"{line} = Field({standing})" if standing else line


def _prefixed(own: Schemas, schemas: Schemas, entity: Entity, each: Field) -> str:
    """A part's types are called after it, because its whole may have a member of the same name."""
    line = own.member(json_name(each), annotation(each.type), each.optional, _default(each))
    for name in list(own.aliases):
        kind = own.aliases.pop(name)
        schemas.aliases[f"{entity.name}{name}"] = kind
        line = line.replace(f": {name}", f": {entity.name}{name}", 1)
    return line


def registration_schemas(plan: Plan, entity: Entity) -> Schemas:
    """A new account."""
    schemas = Schemas()
    members = [_created(schemas, each) for each in registration_fields(plan, entity)]
    members.append(schemas.member("password", annotation(PASSWORD), False, None))
    doc = (
        f"A new account: its profile, and a password of {PASSWORD.min_length} characters or more "
        "(NIST SP 800-63B-4, 3.1.1.2)."
    )
    schemas.classes.append(Schema("Registration", "Body", tuple(members), doc))
    return schemas


def input_schemas(operation: Operation, name: str) -> Schemas:
    """What an operation takes, path members included."""
    schemas = Schemas()
    _record(schemas, name, operation.inputs)
    return schemas


def _record(schemas: Schemas, name: str, inputs: tuple[Input, ...]) -> None:
    members = []
    for each in inputs:
        item = f"{name}{pascal(each.name)}Item"
        kind = annotation(each.type, schemas, item)
        members.append(schemas.member(wire_name(each), kind, each.optional, "None" if each.optional else None))
    schemas.classes.append(Schema(name, "Input", tuple(members)))
