"""`deprecated` and `sunset` of entities and operations."""

from __future__ import annotations

from datetime import date

from backwright.blueprint.document import Mapping
from backwright.blueprint.nodes import RetirementNode
from backwright.blueprint.reader import Reader
from backwright.blueprint.text import Text

__all__ = ["RETIREMENT_KEYS", "read_retirement"]

RETIREMENT_KEYS = ("deprecated", "sunset")
_ADVICE = "Write a day, such as 2027-06-30."


def read_retirement(reader: Reader, body: Mapping) -> RetirementNode | None:
    """None where nothing is deprecated; a sunset follows a deprecation."""
    deprecated, sunset = (_day(reader, body, key) for key in RETIREMENT_KEYS)
    if sunset and (deprecated is None or sunset.value < deprecated.value):
        said = f"before it is deprecated ({deprecated.value})" if deprecated else "without being deprecated before"
        reader.say("plan/sunset", f"it goes on {sunset.value}, {said}", sunset.origin, "Announce first, then remove.")
        return None
    return RetirementNode(deprecated=deprecated, sunset=sunset, origin=deprecated.origin) if deprecated else None


def _day(reader: Reader, body: Mapping, key: str) -> Text | None:
    node = body.get(key)
    text = reader.word(node, f"'{key}'", _ADVICE)
    if node is None or text is None:
        return None
    try:
        is_day = date.fromisoformat(text.value).isoformat() == text.value
    except ValueError:
        is_day = False
    if not is_day:
        reader.wrong_kind(node, f"'{key}'", "a day", _ADVICE)
    return text if is_day else None
