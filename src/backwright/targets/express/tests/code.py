"""TypeScript of the generated tests: literals, calls, and the rows that a test begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import is_scarce, usual_values
from backwright.lowering.specimens.values import wire
from backwright.lowering.specimens.world import Specimen, World
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Json, Reference
from backwright.targets.express import text

__all__ = [
    "CALLER",
    "Test",
    "around",
    "arranged",
    "hugging",
    "indented",
    "inserted",
    "key",
    "literal",
    "mentions",
    "row_members",
    "shown_rows",
    "tidy",
]

CALLER = "caller"
_TAKEN = frozenset(
    """
    again all answer answers arguments assert await before body break call caller case catch change class const
    continue debugger default delete do down else emptied empty encodeURIComponent end enum eval expected export
    extends false faultsOf filled finally first for function headers ids idsOf if implements import in inTurn
    instanceof interface itemsOf key left let like login made new newRegistration newest null one other package
    password path pick private profile protected public query refreshToken return role row rows same send sendPlain
    session shown signIn someDay someNumber sorted static stored stranger super switch test this throw token true
    try two typeof undefined unique up updatedAt var void while with wrong yield
    """.split()
)
_FUNCTION = re.compile(r"(?:insert|new)[A-Z]")


@dataclass(frozen=True, slots=True)
class Test:
    """One test, or with `roles` one for each of them; then the title and the lines say `role` where they differ."""

    title: str
    lines: tuple[str, ...]
    roles: tuple[str, ...] = ()


def key(name: str) -> str:
    """A member's name in an object."""
    return name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else text.string(name)


def literal(field: Field, value: Value) -> str:
    """A value as it is sent or stored."""
    if isinstance(field.type, Json):
        return str(value) if value is not None else "null"
    carried = wire(field.type, value)
    match carried:
        case None:
            return "null"
        case bool():
            return "true" if carried else "false"
        case int():
            return str(carried)
        case str():
            return text.string(carried)


def hugging(before: str, members: Sequence[str], after: str, depth: int = 1) -> list[str]:
    """A call whose last argument is an object, on one line or a member a line; `before` ends at the object."""
    margin = "  " * depth
    line = f"{margin}{before}{{ {', '.join(members)} }}{after}" if members else f"{margin}{before}{{}}{after}"
    if len(line) <= text.LINE:
        return [line]
    return [f"{margin}{before}{{", *(f"{margin}  {member}," for member in members), f"{margin}}}{after}"]


def indented(lines: Iterable[str]) -> list[str]:
    """The lines one step further in."""
    return [f"  {line}" if line else line for line in lines]


def variable(specimen: Specimen) -> str:
    """The constant that holds a row's id, or the caller."""
    if specimen.role is not None:
        return CALLER
    taken = specimen.name in _TAKEN or _FUNCTION.match(specimen.name)
    return f"{specimen.name}Row" if taken else specimen.name


def inserted(world: World, name: str) -> str:
    """The id of a row in an expression."""
    specimen = world.rows[name]
    return f"{CALLER}.id" if specimen.role is not None else variable(specimen)


def row_members(world: World, name: str, shown: Iterable[str]) -> list[str]:
    """What a row's insertion says: what differs from the usual, and references to rows that are shown."""
    specimen = world.rows[name]
    known = set(shown)
    members = []
    told = specimen.changed | _told_apart(world, specimen)
    for field in specimen.entity.fields:
        value = specimen.values.get(field.name)
        if isinstance(field.type, Reference) and isinstance(value, str):
            if value in known:
                members.append(f"{unquoted(column(field))}: {inserted(world, value)}")
        elif field.name in told:
            members.append(f"{unquoted(column(field))}: {literal(field, value)}")
    return members


def _told_apart(world: World, specimen: Specimen) -> set[str]:
    """Fields of few values that a test says for every row as soon as it says them for one."""
    alike = [row for row in world.rows.values() if row.entity.name == specimen.entity.name]
    said = {name for row in alike for name in row.changed}
    usual = usual_values(world.plan, specimen.entity)
    return {name for name in said if is_scarce(usual.get(name))}


def arranged(world: World, wanted: Iterable[str], *, only: bool = False) -> list[str]:
    """The lines that put the rows of a world into the database; `only` the wanted ones and the caller."""
    shown = {*wanted, *([world.me] if world.me else [])} if only else shown_rows(world, wanted)
    lines: list[str] = []
    done: set[str] = set()
    begun: list[str] = []
    closing: list[str] = []

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
                    closing.append(_closed(world, name, field))
        members = row_members(world, name, shown - set(begun))
        begun.remove(name)
        if specimen.role is not None:
            start = f"const {CALLER} = await signIn({text.string(specimen.role)}"
        else:
            start = f"const {variable(specimen)} = await {factory(specimen.entity)}("
        joint = ", " if specimen.role is not None else ""
        lines.extend(hugging(start + joint, members, ");") if members else [f"  {start});"])

    for name in world.rows:
        if name in shown:
            put(name)
    return lines + closing


def _closed(world: World, name: str, field: Field) -> str:
    """Lets a row refer to one that was not there yet when it was inserted."""
    row = world.rows[name]
    change = text.string(f"update {qualified(row.entity)} set {column(field)} = $2 where id = $1")
    return f"  await query({change}, {inserted(world, name)}, {inserted(world, str(row.values[field.name]))});"


def around(world: World, name: str) -> list[str]:
    """The lines that put everything but one row into the database, with what that row refers to by name."""
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


_CONSTANT = re.compile(r"^(\s*)const (\w+) = (await .*)$")


def tidy(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without names that are never used, and without the caller whom nobody calls."""
    kept: list[str] = []
    skipped = 0
    for at, line in enumerate(lines):
        found = _CONSTANT.match(line)
        if at < skipped:
            continue
        if not found or mentions("\n".join(lines[at + 1 :]), found[2]):
            kept.append(line)
        elif found[2] == CALLER:
            skipped = next(end for end in range(at, len(lines)) if _ends(lines[end], found[1])) + 1
        else:
            kept.append(f"{found[1]}{found[3]}")
    return tuple(kept)


def _ends(line: str, margin: str) -> bool:
    return line.endswith(";") and line.startswith(margin) and not line[len(margin) :].startswith(" ")


def factory(entity: Entity) -> str:
    """The function that inserts a row."""
    return f"insert{entity.name}"


def mentions(source: str, name: str) -> bool:
    """Whether code uses a name, as a word of its own and not as a member."""
    return name in _words(source)


_WORD = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*+(?!\s*:)")


@lru_cache(maxsize=8)
def _words(source: str) -> frozenset[str]:
    return frozenset(_WORD.findall(code_of(source).replace("...", " ")))


def code_of(source: str) -> str:
    """Without what stands in quotes; of template literals the expressions remain."""
    kept: list[str] = []
    braces: list[int] = []
    quote = ""
    at = 0
    while at < len(source):
        sign = source[at]
        if quote and sign == "\\":
            at += 1
        elif quote == "`" and source.startswith("${", at):
            braces.append(0)
            kept.append(" ")
            quote = ""
            at += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            kept.append(" ")
            quote = sign
        elif sign == "}" and braces and not braces[-1]:
            braces.pop()
            quote = "`"
        else:
            if braces:
                braces[-1] += (sign == "{") - (sign == "}")
            kept.append(sign)
        at += 1
    return "".join(kept)
