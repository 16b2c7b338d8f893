"""Values of usual rows as TypeScript: literals, or calls that give another value every time."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import table, unquoted
from backwright.lowering.specimens.patterns import Pick
from backwright.lowering.specimens.usual import usual_values
from backwright.lowering.specimens.values import Fresh, Word, another
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Exact, Field, Integer, Plan
from backwright.targets.express import text
from backwright.targets.express.tests.code import literal

__all__ = ["DRAWING", "other_value", "sample", "value_of"]

DRAWING = ("inTurn", "pick", "someDay", "someNumber", "unique")


def value_of(plan: Plan, entity: Entity, field: Field) -> str:
    """What a usual row has in a field."""
    return sample(entity, field, usual_values(plan, entity)[field.name])


def other_value(plan: Plan, entity: Entity, field: Field) -> str:
    """A value that a usual row does not have in a field."""
    return sample(entity, field, another(field, usual_values(plan, entity)[field.name]))


def sample(entity: Entity, field: Field, value: Value | Fresh) -> str:
    """A value, or an expression that makes one."""
    if not isinstance(value, Fresh):
        return literal(field, value)
    if value.choices:
        listed = ", ".join(literal(field, each) for each in value.choices)
        return f"inTurn('{unquoted(table(entity))}.{json_name(field)}', [{listed}])"
    if value.bounds is not None:
        return _number(field, f"someNumber({value.bounds[0]}, {value.bounds[1]})")
    if value.form == "day":
        return "someDay()"
    if value.form == "instant":
        return "`${someDay()}T09:00:00.000Z`"
    pieces = [_piece(piece) for piece in value.pieces]
    if len(pieces) == 1 and pieces[0].startswith("${"):
        return pieces[0][2:-1]
    return "`" + "".join(pieces) + "`"


def _number(field: Field, drawn: str) -> str:
    match field.type:
        case Exact(scale=scale) if scale:
            return f"`${{{drawn}}}.{'0' * scale}`"
        case Exact() | Integer(wide=True):
            return f"String({drawn})"
        case _:
            return drawn


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
