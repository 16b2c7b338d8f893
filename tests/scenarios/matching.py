"""Whether an answer is what a scenario expects."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["filled", "mismatch", "pointed"]

_WORD = re.compile(r"\$\{([a-zA-Z ]+)\}")
_FORMS = {
    "<id>": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "<time>": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "<text>": re.compile(r".+", re.DOTALL),
}


def filled(written: object, kept: Mapping[str, str]) -> object:
    """What was written, with kept values in place of `${their names}`."""
    if isinstance(written, str):
        return _WORD.sub(lambda found: kept[found[1]], written)
    if isinstance(written, list):
        return [filled(each, kept) for each in written]
    if isinstance(written, dict):
        return {str(filled(name, kept)): filled(each, kept) for name, each in written.items()}
    return written


def mismatch(expected: object, found: object, at: str = "") -> str | None:
    """Where they part. An object may have more members than expected; a list is complete unless it is said with
    `<contains>`, `<each>` or `<count>`; `<id>`, `<time>` and `<text>` stand for any of their form.
    """
    if isinstance(expected, dict):
        if isinstance(found, list):
            return _list_mismatch(expected, found, at)
        if not isinstance(found, dict):
            return f"{at or '/'}: expected an object, found {found!r}"
        for name, each in expected.items():
            if name not in found:
                return f"{at}/{name}: is missing in {found!r}"
            apart = mismatch(each, found[name], f"{at}/{name}")
            if apart:
                return apart
        return None
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return f"{at or '/'}: expected {expected!r}, found {found!r}"
        parts = (mismatch(each, found[number], f"{at}/{number}") for number, each in enumerate(expected))
        return next((apart for apart in parts if apart), None)
    if isinstance(expected, str) and expected in _FORMS:
        fits = isinstance(found, str) and _FORMS[expected].fullmatch(found)
        return None if fits else f"{at or '/'}: expected {expected}, found {found!r}"
    # True is no 1 in JSON.
    alike = expected == found and isinstance(expected, bool) == isinstance(found, bool)
    return None if alike else f"{at or '/'}: expected {expected!r}, found {found!r}"


def _list_mismatch(expected: Mapping[str, object], found: list[object], at: str) -> str | None:
    for word, wanted in expected.items():
        apart = [mismatch(wanted, each, f"{at}/{number}") for number, each in enumerate(found)]
        match word:
            case "<contains>" if all(apart):
                return f"{at or '/'}: nothing like {wanted!r} in {found!r}"
            case "<lacks>" if not all(apart):
                return f"{at or '/'}: {wanted!r} is in {found!r}"
            case "<each>" if any(apart):
                return next(each for each in apart if each)
            case "<count>" if len(found) != wanted:
                return f"{at or '/'}: expected {wanted} items, found {len(found)}"
            case "<contains>" | "<lacks>" | "<each>" | "<count>":
                pass
            case _:
                return f"{at or '/'}: expected an object, found a list"
    return None


def pointed(document: object, pointer: str) -> object:
    """What a JSON pointer (RFC 6901, without escapes) points at."""
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]  # type: ignore[index]
    return document
