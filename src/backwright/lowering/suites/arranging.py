"""The rows that a test begins with, as statements that put them into the database."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import is_scarce, usual_values
from backwright.lowering.specimens.values import wire
from backwright.lowering.specimens.world import Specimen, World
from backwright.lowering.suites.expressions import ACCOUNT, AccountId, Constant, Expression, JsonText, Members, Row
from backwright.lowering.suites.statements import Insert, Link, SignIn, Statement
from backwright.plan.expressions import Value
from backwright.plan.model import Field, Json, Reference

__all__ = ["around", "arranged", "constant", "inserted", "row_members", "shown_rows"]


def constant(field: Field, value: Value) -> Expression:
    """A value as it is sent or stored."""
    if isinstance(field.type, Json):
        return JsonText(str(value)) if value is not None else Constant(None)
    return Constant(wire(field.type, value))


def inserted(world: World, name: str) -> Row | AccountId:
    """The id of a row in an expression."""
    return ACCOUNT if world.rows[name].role is not None else Row(name)


def row_members(world: World, name: str, shown: Iterable[str]) -> Members:
    """What a row's insertion says: what differs from the usual, and references to rows that are shown."""
    specimen = world.rows[name]
    known = set(shown)
    members: list[tuple[str, Expression]] = []
    told = specimen.changed | _told_apart(world, specimen)
    for field in specimen.entity.fields:
        value = specimen.values.get(field.name)
        if isinstance(field.type, Reference) and isinstance(value, str):
            if value in known:
                members.append((unquoted(column(field)), inserted(world, value)))
        elif field.name in told:
            members.append((unquoted(column(field)), constant(field, value)))
    return tuple(members)


def _told_apart(world: World, specimen: Specimen) -> set[str]:
    """Fields of few values that a test says for every row as soon as it says them for one."""
    alike = [row for row in world.rows.values() if row.entity.name == specimen.entity.name]
    said = {name for row in alike for name in row.changed}
    usual = usual_values(world.plan, specimen.entity)
    return {name for name in said if is_scarce(usual.get(name))}


def arranged(world: World, wanted: Iterable[str], *, only: bool = False) -> list[Statement]:
    """The statements that put the rows of a world into the database; `only` the wanted ones and the caller."""
    shown = {*wanted, *([world.me] if world.me else [])} if only else shown_rows(world, wanted)
    statements: list[Statement] = []
    done: set[str] = set()
    begun: list[str] = []
    links: list[Link] = []

    def put(name: str) -> None:
        if name in done:
            return
        done.add(name)
        begun.append(name)
        specimen = world.rows[name]
        for field in specimen.entity.fields:
            value = specimen.values.get(field.name)
            if isinstance(field.type, Reference) and isinstance(value, str) and value in shown:
                put(value)
                if value in begun:
                    table, row, target = qualified(specimen.entity), inserted(world, name), inserted(world, value)
                    links.append(Link(table, column(field), row, target))
        members = row_members(world, name, shown - set(begun))
        begun.remove(name)
        if specimen.role is not None:
            statements.append(SignIn(specimen.role, members))
        else:
            statements.append(Insert(specimen.entity.name, members, Row(name)))

    for name in world.rows:
        if name in shown:
            put(name)
    return [*statements, *links]


def around(world: World, name: str) -> list[Statement]:
    """The statements that put everything but one row into the database, with what that row refers to by name."""
    row, rest = world.rows[name], world.without(name)
    parts = [world.rows[part] for each in row.entity.parts for part in world.parts(name, each)]
    chosen = [part.values[field] for part in (row, *parts) for field in sorted(part.changed)]
    return arranged(rest, [value for value in chosen if isinstance(value, str) and value in rest.rows])


def shown_rows(world: World, wanted: Iterable[str] = ()) -> set[str]:
    """Rows that must be there by name: the wanted ones, unusual ones, and what refers to them."""
    shown = set(wanted) | {name for name, row in world.rows.items() if row.changed or row.role is not None}
    shown |= {target for row in world.rows.values() for target in _chosen(world, row)}
    while True:
        more = {name for name, row in world.rows.items() if name not in shown and _refers(row, shown, world)}
        if not more:
            return shown & set(world.rows)
        shown |= more


def _chosen(world: World, row: Specimen) -> list[str]:
    """Rows that a row would not refer to of itself: by choice, or together with another row."""
    found = []
    for field in row.entity.fields:
        value = row.values[field.name]
        if isinstance(field.type, Reference) and field.name in row.changed and isinstance(value, str):
            alike = sum(value in other.values.values() for other in world.rows.values() if other.name != value)
            if field.optional or alike > 1:
                found.append(value)
    return found


def _refers(row: Specimen, shown: set[str], world: World) -> bool:
    targets = [row.values.get(field.name) for field in row.entity.fields if isinstance(field.type, Reference)]
    return any(target in shown and target in world.rows for target in targets if isinstance(target, str))
