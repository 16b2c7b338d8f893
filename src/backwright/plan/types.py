"""The types of fields and inputs: what a type in canonical form means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from backwright.blueprint.nodes import Bound, TypeNode
from backwright.plan.draft import Draft
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Input,
    Integer,
    Json,
    ListOf,
    OnDelete,
    Record,
    Reference,
    Text,
    TextFormat,
    Timestamp,
    Type,
    Uuid,
)
from backwright.plan.patterns import runs_away

__all__ = ["resolve_inputs", "resolve_type"]

_SAFE, _WIDE = 2**53 - 1, 2**63 - 1
_LENGTHS: Mapping[str, tuple[TextFormat, int, int]] = MappingProxyType(
    {
        "string": ("plain", 0, 200),
        "text": ("plain", 0, 10_000),
        "email": ("email", 3, 254),
        "url": ("url", 1, 2_048),
        "slug": ("slug", 1, 80),
        "phone": ("phone", 3, 32),
    }
)
_LONGEST_TEXT, _LARGEST_LIST = 1_000_000, 1_000
_MOST_DIGITS, _MONEY_DIGITS = 38, 14
_PLAIN: Mapping[str, Type] = MappingProxyType(
    {"bool": Bool(), "date": Date(), "datetime": Timestamp(), "uuid": Uuid(), "json": Json()}
)
_RANGE = ("min", "max", "above", "below")
_ALLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(_LENGTHS, ("min", "max", "pattern")),
        "int": _RANGE,
        "bigint": _RANGE,
        "money": _RANGE,
        "decimal": (*_RANGE, "precision", "scale"),
        "enum": ("values",),
        "reference": ("entity", "on_delete"),
        "list": ("min", "max", "of", "inputs"),
    }
)
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_QUICK = 20
_DIALECTS = re.compile(r"\\[1-9]|\\[^\w]?[AZzbBGQEkpPxu]|\(\?(?!:)|[*+?}]\+|\[\[:|\[:")


def resolve_type(draft: Draft, node: TypeNode, nested: bool = False) -> Type | None:
    """The type that a node means; None where it is wrong, which has been reported."""
    if not _applicable(draft, node):
        return None
    kind = node.kind.value
    if kind in _LENGTHS:
        return _text(draft, node)
    match kind:
        case "int":
            return _integer(draft, node, _SAFE, -_SAFE, False)
        case "bigint":
            return _integer(draft, node, _WIDE, -_WIDE - 1, True)
        case "decimal" | "money":
            return _exact(draft, node)
        case "enum":
            return _enumeration(draft, node)
        case "reference":
            return _reference(draft, node)
        case "list":
            return _list(draft, node, nested)
        case _:
            return _PLAIN[kind]


def resolve_inputs(draft: Draft, node: TypeNode) -> Record | None:
    """The record that a list of inputs holds."""
    resolved: list[Input] = []
    for element in node.inputs or ():
        kind = resolve_type(draft, element.type, nested=True) if element.type is not None else None
        if kind is None:
            draft.unreadable.add(element.name.name)
            continue
        name = element.name
        resolved.append(Input(id=name.id, name=name.name, type=kind, optional=element.optional, origin=element.origin))
    if not node.inputs:
        draft.say("type/empty-record", "a list of inputs needs one input or more", node.origin)
        return None
    return Record(tuple(resolved))


def _applicable(draft: Draft, node: TypeNode) -> bool:
    allowed = _ALLOWED.get(node.kind.value, ())
    fine = True
    for key in ("entity", "precision", "scale", *_RANGE, "pattern", "on_delete"):
        value = getattr(node, key)
        if value is not None and key not in allowed:
            reason = f"'{_WORDS.get(key, key)}' does not apply to {node.kind.value}"
            draft.say("type/not-applicable", reason, value.origin, "Remove it, or choose another type.")
            fine = False
    if node.values and "values" not in allowed:
        draft.say("type/not-applicable", f"values do not apply to {node.kind.value}", node.values[0].origin)
        fine = False
    return fine


_WORDS = MappingProxyType({"above": ">", "below": "<", "min": "a lower bound", "max": "an upper bound"})


def _whole(draft: Draft, bound: Bound | None, default: int, low: int, high: int) -> int | None:
    if bound is None:
        return default
    if bound.value != bound.value.to_integral_value():
        draft.say("type/bounds", f"{bound.value} is not a whole number", bound.origin)
        return None
    if not low <= bound.value <= high:
        draft.say("type/bounds", f"{bound.value} is not between {low} and {high}", bound.origin)
        return None
    return int(bound.value)


def _ordered(draft: Draft, low: Decimal | int, high: Decimal | int, node: TypeNode) -> bool:
    if low <= high:
        return True
    bound = node.max or node.below or node.min or node.above
    draft.say("type/bounds", f"nothing lies between {low} and {high}", bound.origin if bound else node.origin)
    return False


def _text(draft: Draft, node: TypeNode) -> Text | None:
    form, low, high = _LENGTHS[node.kind.value]
    minimum = _whole(draft, node.min, min(low, int(node.max.value)) if node.max else low, 0, _LONGEST_TEXT)
    maximum = _whole(draft, node.max, high, 1, _LONGEST_TEXT)
    if minimum is None or maximum is None or not _ordered(draft, minimum, maximum, node):
        return None
    if node.pattern is not None and not _pattern(draft, node, maximum):
        return None
    pattern = node.pattern.value if node.pattern else None
    return Text(minimum, maximum, form, pattern, node.kind.value == "text")


def _pattern(draft: Draft, node: TypeNode, longest: int) -> bool:
    assert node.pattern is not None
    try:
        re.compile(node.pattern.value)
    except (re.error, OverflowError, RecursionError) as error:
        reason = f"the pattern cannot be read: {error}"
        draft.say("type/pattern", reason, node.pattern.origin, "Write a regular expression.")
        return False
    special = _DIALECTS.search(node.pattern.value)
    if special is None and longest > _QUICK and runs_away(node.pattern.value):
        reason = "a text that almost fits would take the server ages: a repeated group can cut it in many ways"
        advice = "Part the repetitions by something that each must have: '^[a-z]+(?:-[a-z]+)*$'."
        draft.say("type/pattern", reason, node.pattern.origin, advice)
        return False
    if special is None:
        return True
    reason = f"'{special[0]}' does not mean the same in every language that checks the pattern"
    offset = node.pattern.at(special.start())
    draft.say("type/pattern", reason, offset, "Use classes, groups with (?:…), ^, $ and the quantifiers * + ? {n,m}.")
    return False


def _integer(draft: Draft, node: TypeNode, largest: int, smallest: int, wide: bool) -> Integer | None:
    low = _whole(draft, node.min, smallest, smallest, largest)
    high = _whole(draft, node.max, largest, smallest, largest)
    above = _whole(draft, node.above, smallest - 1, smallest, largest)
    below = _whole(draft, node.below, largest + 1, smallest, largest)
    if low is None or high is None or above is None or below is None:
        return None
    minimum, maximum = max(low, above + 1), min(high, below - 1)
    return Integer(minimum, maximum, wide) if _ordered(draft, minimum, maximum, node) else None


def _exact(draft: Draft, node: TypeNode) -> Exact | None:
    money = node.kind.value == "money"
    if not money and (node.precision is None or node.scale is None):
        draft.say("type/digits", "a decimal needs its digits", node.kind.origin, "Write 'decimal(12, 4)'.")
        return None
    precision = _whole(draft, node.precision, _MONEY_DIGITS, 1, _MOST_DIGITS)
    scale = _whole(draft, node.scale, 2, 0, precision or 0)
    if precision is None or scale is None:
        return None
    room = Decimal(10) ** (precision - scale)
    for bound in (node.min, node.max, node.above, node.below):
        if bound is None:
            continue
        exponent = bound.value.normalize().as_tuple().exponent
        if abs(bound.value) >= room or (isinstance(exponent, int) and -exponent > scale):
            reason = f"{bound.value} does not fit into {precision} digits with {scale} decimals"
            draft.say("type/bounds", reason, bound.origin)
            return None
    step = Decimal(1).scaleb(-scale)
    lows = [node.min.value] if node.min else []
    lows += [node.above.value + step] if node.above else []
    highs = [node.max.value] if node.max else []
    highs += [node.below.value - step] if node.below else []
    if lows and highs and not _ordered(draft, max(lows), min(highs), node):
        return None
    values = {key: bound.value if (bound := getattr(node, key)) else None for key in _RANGE}
    return Exact(precision, scale, values["min"], values["max"], values["above"], values["below"], money)


def _enumeration(draft: Draft, node: TypeNode) -> Enumeration | None:
    if not node.values:
        draft.say("type/values", "an enumeration needs values", node.kind.origin, "Write 'enum(a, b)'.")
        return None
    seen: set[str] = set()
    for value in node.values:
        if value.value in seen:
            draft.say("type/values", f"'{value.value}' is listed twice", value.origin, "Keep one of them.")
        elif not _VALUE.match(value.value) or len(value.value) > 60:
            advice = "Use letters, digits, '-', '_' and '.'."
            draft.say("type/values", f"'{value.value}' cannot be a value", value.origin, advice)
        seen.add(value.value)
    return Enumeration(tuple(dict.fromkeys(value.value for value in node.values)))


def _reference(draft: Draft, node: TypeNode) -> Reference | None:
    assert node.entity is not None
    target = draft.entity(node.entity)
    choices: dict[str, OnDelete] = {"restrict": "restrict", "cascade": "cascade", "clear": "clear"}
    on_delete: OnDelete | None = "restrict"
    if node.on_delete is not None:
        on_delete = choices.get(node.on_delete.value)
        if on_delete is None:
            draft.unknown("type/on-delete", "there is no delete behaviour", node.on_delete, choices)
    return Reference(target.name, on_delete) if target is not None and on_delete is not None else None


def _list(draft: Draft, node: TypeNode, nested: bool) -> ListOf | None:
    if nested:
        reason = "a list inside the elements of a list is not compiled by this version"
        draft.say("language/not-yet", reason, node.kind.origin, "Send the inner elements as a list of their own.")
        return None
    minimum = _whole(draft, node.min, 0, 0, _LARGEST_LIST)
    maximum = _whole(draft, node.max, max(100, minimum or 0), 1, _LARGEST_LIST)
    item = resolve_type(draft, node.of, nested=True) if node.of is not None else resolve_inputs(draft, node)
    if item is None or minimum is None or maximum is None or not _ordered(draft, minimum, maximum, node):
        return None
    return ListOf(item, minimum, maximum)
