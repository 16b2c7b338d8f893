"""Default values, checked against the type and written in their canonical form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from backwright.blueprint.nodes import FieldNode
from backwright.blueprint.suggestion import nearest
from backwright.plan.draft import Draft
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
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

__all__ = ["default_value"]

Canonical = str | int | bool


class _Unfit(Exception):
    """Why a default does not fit."""


def default_value(draft: Draft, node: FieldNode, kind: Type) -> Canonical | None:
    """The canonical default of a field, or None; one that does not fit its type is reported."""
    text = node.default
    if text is None or (text.value == "null" and not node.default_quoted and node.optional):
        return None
    try:
        return _canonical(text.value, kind)
    except _Unfit as reason:
        advice = nearest(text.value, kind.values) if isinstance(kind, Enumeration) else ""
        draft.say("type/default", f"the default {text.value!r} {reason}", text.origin, advice)
        return None


def _canonical(text: str, kind: Type) -> Canonical:
    match kind:
        case Text():
            return _text(text, kind)
        case Integer():
            if not re.fullmatch(r"-?[0-9]+", text):
                raise _Unfit("is not a whole number")
            if not kind.minimum <= int(text) <= kind.maximum:
                raise _Unfit(f"is not between {kind.minimum} and {kind.maximum}")
            return int(text)
        case Exact():
            return _exact(text, kind)
        case Bool():
            if text not in ("true", "false"):
                raise _Unfit("is neither true nor false")
            return text == "true"
        case Enumeration():
            if text not in kind.values:
                raise _Unfit(f"is none of {', '.join(kind.values)}")
            return text
        case Date() | Timestamp() | Uuid():
            return _written(text, kind)
        case Json() | Reference() | Record() | ListOf():
            raise _Unfit("is not possible: this type has no defaults")


def _text(text: str, kind: Text) -> str:
    if not kind.min_length <= len(text) <= kind.max_length:
        raise _Unfit(f"has {len(text)} characters, not {kind.min_length} to {kind.max_length}")
    if kind.pattern is not None and not re.search(kind.pattern, text):
        raise _Unfit("does not match the pattern")
    forms = {
        "email": r"[^@\s]+@[^@\s]+",
        "url": r"https?://\S+",
        "slug": r"[a-z0-9]+(?:-[a-z0-9]+)*",
        "phone": r"\+?[0-9 ()-]+",
    }
    if kind.format in forms and not re.fullmatch(forms[kind.format], text):
        raise _Unfit(f"is not {'an' if kind.format == 'email' else 'a'} {kind.format}")
    return text


def _exact(text: str, kind: Exact) -> str:
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        raise _Unfit("is not a number")
    value = Decimal(text)
    canonical = value.quantize(Decimal(1).scaleb(-kind.scale))
    if canonical != value:
        raise _Unfit(f"has more than {kind.scale} decimals")
    fits = (
        abs(value) < Decimal(10) ** (kind.precision - kind.scale)
        and (kind.minimum is None or value >= kind.minimum)
        and (kind.maximum is None or value <= kind.maximum)
        and (kind.above is None or value > kind.above)
        and (kind.below is None or value < kind.below)
    )
    if not fits:
        raise _Unfit("is out of range")
    return str(canonical)


def _written(text: str, kind: Date | Timestamp | Uuid) -> str:
    try:
        match kind:
            case Date():
                return date.fromisoformat(text).isoformat()
            case Uuid():
                return str(UUID(text))
            case Timestamp():
                moment = datetime.fromisoformat(text)
                if moment.tzinfo is None:
                    raise _Unfit("has no time zone")
                return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except ValueError:
        form = {Date: "a date such as 2026-01-31", Timestamp: "an instant such as 2026-01-31T12:00:00Z", Uuid: "a UUID"}
        raise _Unfit(f"is not {form[type(kind)]}") from None
