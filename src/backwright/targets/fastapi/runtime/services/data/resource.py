from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.data.batch import Statement


@dataclass(frozen=True, slots=True)
class Filter:
    schema: Any
    # A condition in which `?` stands for the value.
    where: str


@dataclass(frozen=True, slots=True)
class Sort:
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class List:
    # Up to `where`, without it; selects the JSON and, in place of `{key}`, the sort key.
    select: str
    id: str
    filters: Mapping[str, Filter]
    sorts: Mapping[str, Sort]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A collection as the database serves it. Every text selects the JSON of a row, ready to be sent."""

    name: str
    # `$1` is the id.
    read: str
    list: List
    # The row, then its parts; `$1` is the validated body, `$2` the new id.
    create: tuple[str, ...] = ()
    # `$1` is the id, `$2` the validated patch.
    update: str = ""
    # `$1` is the id.
    remove: str = ""
    # Selects the row if the caller may write it, and keeps others from doing so; `$1` is the id.
    lock: str = ""
    # Whether everybody sees every row, and sees it alike.
    is_public: bool = False
    # Whether every write must say which version of a row it means.
    versioned: bool = False
    # What the reads show besides the usual, as the names of their statements say it.
    additions: tuple[str, ...] = ()


def reading(resource: Resource, row_id: str) -> Statement:
    return Statement(name_of(f"{resource.name}.read", resource.additions), resource.read, (row_id,))


def name_of(name: str, additions: Sequence[str], *rest: str) -> str:
    """The name under which a statement is kept prepared; with several additions there are too many kinds of it."""
    return "" if len(additions) > 1 else " ".join([name, *additions, *rest])
