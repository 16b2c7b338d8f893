import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

from services.business.problem import Fault

TYPES = {
    "string_type": "string",
    "bool_type": "boolean",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
}


def body_faults(errors: Sequence[Any]) -> list[Fault]:
    """Every fault of a body at once, with its JSON pointer."""
    return [Fault(pointer=_pointer(error["loc"]), message=_message(error)) for error in errors]


def parameter_faults(errors: Sequence[Any]) -> list[Fault]:
    return [Fault(parameter=".".join(map(str, error["loc"])), message=_message(error)) for error in errors]


def _message(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not known"
        case "int_type":
            number = isinstance(error["input"], float) and isfinite(error["input"])
            return f"is not of type {'int' if number else 'number'}"
        case "literal_error":
            words = re.findall(r"'([^']*)'", context["expected"])
            return f"is none of {', '.join(words)}"
        case "greater_than_equal":
            return f"is less than {context['ge']}"
        case "less_than_equal":
            return f"is more than {context['le']}"
        case "too_short":
            return f"is less than {context['min_length']}"
        case "too_long":
            return f"is more than {context['max_length']}"
        case "refused":
            return str(error["msg"])
        case kind:
            return f"is not of type {TYPES[kind]}" if kind in TYPES else "has the wrong form"


def _pointer(path: Sequence[str | int]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
