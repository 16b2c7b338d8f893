"""YAML of a project, as plain values."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from backwright.gates.infrastructure.tools import Work

__all__ = ["Document", "documents", "members", "texts"]

Document = dict[str, object]


def documents(work: Work, text: str, path: str, code: str) -> list[Document]:
    """The objects of a file or of what a program printed; what cannot be read is a failure."""
    try:
        return [each for each in YAML(typ="safe", pure=True).load_all(text) if isinstance(each, dict)]
    except YAMLError as error:
        work.findings.fail(code, f"{path} cannot be read: {error}")
        return []


def members(value: object, *path: str) -> Document:
    """The object at a path; an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """A list as texts; an empty one where it is none."""
    return [str(each) for each in value] if isinstance(value, list) else []
