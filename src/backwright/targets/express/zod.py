"""Types as zod schemas."""

from __future__ import annotations

import json
import re
from typing import assert_never

from backwright.lowering.relational.columns import json_name
from backwright.lowering.wire.lists import query_type
from backwright.lowering.wire.shapes import default_value
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Field,
    Input,
    Integer,
    Json,
    ListOf,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)
from backwright.targets.express import text

__all__ = ["FUNCTIONS", "base", "created", "imports", "input_object", "query_parameter", "zod"]

FUNCTIONS = (
    "date",
    "decimal",
    "email",
    "integer",
    "json",
    "list",
    "patch",
    "phone",
    "slug",
    "text",
    "timestamp",
    "url",
    "uuid",
    "wholeNumber",
)


def zod(kind: Type) -> str:
    """The schema of one value on its way in."""
    match kind:
        case Text(minimum, maximum, "plain", pattern):
            matching = f", /{_regex(pattern)}/u" if pattern else ""
            return f"text({minimum}, {maximum}{matching})"
        case Text(minimum, maximum, form):
            return f"{form}({minimum}, {maximum})"
        case Integer(minimum, maximum, wide):
            bounds = f"{{ min: '{minimum}', max: '{maximum}' }}"
            return f"decimal(19, 0, {bounds})" if wide else f"integer({_number(minimum)}, {_number(maximum)})"
        case Exact(precision, scale):
            limits = {"min": kind.minimum, "max": kind.maximum, "above": kind.above, "below": kind.below}
            given = ", ".join(f"{name}: '{bound}'" for name, bound in limits.items() if bound is not None)
            suffix = f", {{ {given} }}" if given else ""
            return f"decimal({precision}, {scale}{suffix})"
        case Bool():
            return "z.boolean()"
        case Date():
            return "date()"
        case Timestamp():
            return "timestamp()"
        case Uuid() | Reference():
            return "uuid()"
        case Json():
            return "json()"
        case Enumeration(values):
            return f"z.enum([{', '.join(text.string(word) for word in values)}])"
        case Record(inputs):
            return input_object(inputs)
        case ListOf(item, smallest, largest):
            return f"list({zod(item)}, {smallest}, {largest})"
        case _:
            assert_never(kind)


def _regex(pattern: str) -> str:
    return re.sub(r"(?<!\\)/", r"\\/", pattern)


def _number(value: int) -> str:
    return {2**53 - 1: "Number.MAX_SAFE_INTEGER", -(2**53 - 1): "Number.MIN_SAFE_INTEGER"}.get(value, str(value))


def base(field: Field) -> str:
    """A field wherever it is written; null clears an optional one."""
    return f"{zod(field.type)}.nullable()" if field.optional else zod(field.type)


def created(field: Field) -> str:
    """A field of a new row: what may be left out, and what stands in its place."""
    value = default_value(field)
    if value is None:
        return f"{base(field)}.optional()" if field.optional else base(field)
    literal = text.string(value) if isinstance(value, str) else json.dumps(value)
    return f"{base(field)}.default({literal})"


def input_object(inputs: tuple[Input, ...]) -> str:
    """An operation's input, or one element of an input list."""
    return f"z.strictObject({{ {', '.join(input_members(inputs))} }})"


def input_members(inputs: tuple[Input, ...]) -> list[str]:
    """The members of an input."""
    return [f"{input_name(each)}: {zod(each.type)}{'.nullish()' if each.optional else ''}" for each in inputs]


def input_name(each: Input) -> str:
    """The member's name on the wire."""
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


def query_parameter(kind: Type) -> str:
    """The schema of a value in a query string."""
    match query_type(kind):
        case Integer(wide=False):
            return "wholeNumber()"
        case Bool():
            return "z.enum(['true', 'false'])"
        case wanted:
            return zod(wanted)


def imports(source: str) -> list[str]:
    """The functions of `fields.ts` that a text calls, sorted."""
    return [name for name in FUNCTIONS if re.search(rf"(?<![\w.]){name}\(", source)]


def uses_zod(source: str) -> bool:
    """Whether the text needs zod itself."""
    return re.search(r"(?<![\w.])z\.", source) is not None


def member(field: Field) -> str:
    """The member's name on the wire."""
    return json_name(field)
