import json
import re
from decimal import Decimal
from typing import Any

from services.business.problem import Problem, bad_request

MAX_DEPTH = 32
# Possessive, and a string need not end: whatever stands there is read once.
TOKEN = re.compile(r'[\[\]{}]|"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _malformed(detail: str) -> Problem:
    return bad_request("malformed_json", detail)


def parse_json(content: bytes) -> Any:
    """JSON as RFC 8259 means it, and stricter where parsers disagree: no duplicate names (section 4), no lone surrogates
    (section 8.2), numbers as IEEE 754 doubles (section 6), at most 32 levels.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _malformed("The body is not valid UTF-8.") from None
    _check_depth(text)
    try:
        value = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except ValueError:
        raise _malformed("The body is not valid JSON.") from None
    if SURROGATE.search(text):
        _check_surrogates(value)
    return value


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in TOKEN.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")
        elif first in "]}":
            depth -= 1


def _number(text: str) -> int | float:
    """Whole numbers come as int however they were written, as every parser of doubles sees them."""
    if len(text) < 16 and text.lstrip("-").isdigit():
        return int(text)
    value = float(text)
    return int(Decimal(repr(value))) if value.is_integer() else value


def _refuse_constant(_word: str) -> None:
    raise ValueError


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise _malformed("The body gives one name twice in an object.")
    return value


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _malformed("The body holds half of a surrogate pair.") from None
