"""TypeScript of the generated tests: literals, calls, and the rows that a test begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backwright.lowering.relational.names import column, unquoted
from backwright.lowering.specimens.patterns import Pick
from backwright.lowering.specimens.values import Fresh, Word, ordinary, wire
from backwright.lowering.specimens.world import Specimen, World
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Json, Reference
from backwright.targets.express import text

__all__ = [
    "CALLER",
    "Test",
    "arranged",
    "hugging",
    "indented",
    "inserted",
    "key",
    "literal",
    "row_members",
    "sample",
    "tidy",
]

CALLER = "caller"
_TAKEN = frozenset(
    """
    again all answer answers assert await before body break call caller case catch change class const continue
    debugger default delete do down else emptied empty enum expected export extends false filled finally first for
    function headers ids idsOf if import in instanceof interface key left let like new newest null one other package
    pick private protected public query return role row rows second send signIn sorted static stored super switch
    target test third this throw true try two typeof unique up var void while with wrong yield
    """.split()
)


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


def sample(field: Field, value: Value | Fresh | None = None) -> str:
    """The ordinary value of a field, or the one given."""
    found = ordinary(field) if value is None else value
    return _fresh(found) if isinstance(found, Fresh) else literal(field, found)


def _fresh(fresh: Fresh) -> str:
    if fresh.bounds:
        return f"someNumber({fresh.bounds[0]}, {fresh.bounds[1]})"
    if not fresh.pieces:
        return "someDay()"
    pieces = [_piece(piece) for piece in fresh.pieces]
    if len(pieces) == 1 and pieces[0].startswith("${"):
        return pieces[0][2:-1]
    return "`" + "".join(pieces) + "`"


def _piece(piece: str | Word | Pick) -> str:
    match piece:
        case str():
            return _quoted(piece)
        case Word():
            return "${unique()}"
        case Pick(alphabet, count) if len(alphabet) == 1:
            return _quoted(alphabet * count)
        case Pick(alphabet, count):
            return f"${{pick({text.string(alphabet)}, {count})}}"


def _quoted(piece: str) -> str:
    return piece.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")


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
    return f"{specimen.name}Row" if specimen.name in _TAKEN else specimen.name


def inserted(world: World, name: str) -> str:
    """The id of a row in an expression."""
    specimen = world.rows[name]
    return f"{CALLER}.id" if specimen.role is not None else variable(specimen)


def row_members(world: World, name: str, shown: Iterable[str]) -> list[str]:
    """What a row's insertion says: what differs from the usual, and references to rows that are shown."""
    specimen = world.rows[name]
    known = set(shown)
    members = []
    for field in specimen.entity.fields:
        value = specimen.values.get(field.name)
        if isinstance(field.type, Reference) and isinstance(value, str):
            if value in known:
                members.append(f"{unquoted(column(field))}: {inserted(world, value)}")
        elif field.name in specimen.changed:
            members.append(f"{unquoted(column(field))}: {literal(field, value)}")
    return members


def arranged(world: World, wanted: Iterable[str], without: str = "", *, only: bool = False) -> list[str]:
    """The lines that put the rows of a world into the database, `without` one that the test inserts itself.

    `only` leaves out everything but the wanted rows and the caller.
    """
    shown = {*wanted, *([world.me] if world.me else [])} if only else _shown(world, wanted)
    lines: list[str] = []
    done: set[str] = set()

    def put(name: str) -> None:
        if name in done:
            return
        done.add(name)
        specimen = world.rows[name]
        for field in specimen.entity.fields:
            value = specimen.values.get(field.name)
            if isinstance(field.type, Reference) and isinstance(value, str) and value in shown:
                put(value)
        if name == without:
            return
        members = row_members(world, name, shown)
        if specimen.role is not None:
            start = f"const {CALLER} = await signIn({text.string(specimen.role)}"
        else:
            start = f"const {variable(specimen)} = await insert{specimen.entity.name}("
        joint = ", " if specimen.role is not None else ""
        lines.extend(hugging(start + joint, members, ");") if members else [f"  {start});"])

    for name in world.rows:
        if name in shown:
            put(name)
    return lines


def _shown(world: World, wanted: Iterable[str]) -> set[str]:
    shown = set(wanted) | {name for name, row in world.rows.items() if row.changed or row.role is not None}
    shown |= {target for row in world.rows.values() for target in _chosen(row)}
    while True:
        more = {name for name, row in world.rows.items() if name not in shown and _refers(row, shown, world)}
        if not more:
            return shown
        shown |= more


def _chosen(row: Specimen) -> list[str]:
    """Rows that a row would not refer to of itself."""
    fields = [f for f in row.entity.fields if isinstance(f.type, Reference) and f.optional and f.name in row.changed]
    return [value for field in fields if isinstance(value := row.values[field.name], str)]


def _refers(row: Specimen, shown: set[str], world: World) -> bool:
    targets = [row.values.get(field.name) for field in row.entity.fields if isinstance(field.type, Reference)]
    return any(target in shown and target in world.rows for target in targets if isinstance(target, str))


_CONSTANT = re.compile(r"^(\s*)const (\w+) = (await .*)$")


def tidy(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without names that are never used."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        found = _CONSTANT.match(line)
        rest = "\n".join(lines[at + 1 :])
        if found and not re.search(rf"(?<![.\w]){found[2]}\b(?!:)", _code(rest)):
            if found[2] != CALLER:
                kept.append(f"{found[1]}{found[3]}")
            continue
        kept.append(line)
    return tuple(kept)


def _code(source: str) -> str:
    """Without what stands in quotes; of template literals the expressions remain."""
    source = source.replace("...", " ")
    source = re.sub(r"'(?:[^'\\\n]|\\.)*'|\"[^\"\n]*\"", "''", source)
    return re.sub(r"`[^`]*`", lambda found: " ".join(re.findall(r"\$\{([^}]*)\}", found[0])), source)


def factory(entity: Entity) -> str:
    """The function that inserts a row."""
    return f"insert{entity.name}"


def mentions(source: str, name: str) -> bool:
    """Whether a text uses a name."""
    return re.search(rf"(?<![\w.'])({re.escape(name)})\b(?!['\w:])", source) is not None
