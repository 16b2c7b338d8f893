from typing import Any

from pydantic import TypeAdapter, ValidationError


def read(kind: Any, value: object) -> Any:
    """A value as a schema reads it from a body."""
    return TypeAdapter(kind).validate_python(value, strict=True)


def accepts(kind: Any, *values: object) -> None:
    for value in values:
        read(kind, value)


def refuses(kind: Any, *values: object) -> None:
    for value in values:
        try:
            read(kind, value)
        except ValidationError:
            continue
        raise AssertionError(f"accepts {value!r}")
