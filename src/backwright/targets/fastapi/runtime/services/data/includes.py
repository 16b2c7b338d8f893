from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import AfterValidator

from database.models.fields import refused
from services.data.resource import Resource


@dataclass(frozen=True, slots=True)
class Include:
    """A reference whose row can be shown beside its id."""

    # In a part with the dotted path to it.
    name: str
    resource: Resource
    # Where the id is.
    column: str


Includes = tuple[Include, ...]


def names_of(includes: Includes) -> AfterValidator:
    """The names of some of the references, separated by commas."""
    known = [include.name for include in includes]

    def check(value: str) -> list[str]:
        names = value.split(",")
        if len(set(names)) < len(names) or not set(names) <= set(known):
            raise refused(f"is not made of {', '.join(known)}, each at most once")
        return names

    return AfterValidator(check)


def including(resource: Resource, includes: Includes, names: Sequence[str]) -> Resource:
    """The collection as its reads show it with the rows of the named references."""
    if not names:
        return resource
    wanted = [include for include in includes if include.name in names]
    read, select = resource.read, resource.list.select
    # The last one first: what is put in may have the lines of those before it.
    for include in reversed(wanted):
        read, select = _with_row(read, include), _with_row(select, include)
    return replace(
        resource,
        is_public=all(each.is_public for each in (resource, *(include.resource for include in wanted))),
        additions=tuple(f"+{include.name}" for include in wanted),
        read=read,
        list=replace(resource.list, select=select),
    )


def _with_row(sql: str, include: Include) -> str:
    """The row behind the member that shows its id."""
    member = include.name.rpartition(".")[2]
    shown = f' {include.column} as "{member}Id"'
    # The column is named where no table hides its own: a row may refer to one of the same table.
    reading = f"{include.resource.read.removesuffix('$1')}_wanted.id"
    row = f"(select ({reading}) from (values ({include.column})) as _wanted (id))"
    return sql.replace(shown, f'{shown},\n  {row} as "{member}"', 1)
