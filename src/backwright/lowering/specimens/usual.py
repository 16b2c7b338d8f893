"""What a usual row holds: values that fit the checks, and other ones in every row where rows must differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from backwright.lowering.memory import once_per_plan
from backwright.lowering.operations import routines
from backwright.lowering.seeds_mending import Mender
from backwright.lowering.specimens.values import NOW, Fresh, alternatives, ordinary, parted
from backwright.plan.expressions import Environment, Row, Value, evaluate, fields_read
from backwright.plan.indexes import all_steps
from backwright.plan.model import Entity, Field, Integer, LetStep, Plan, Reference, RequireStep, Text, UpdateStep

__all__ = ["Usual", "is_changeable", "is_scarce", "unique_groups", "usual_row", "usual_values"]

Usual = Mapping[str, Value | Fresh]
_MOST = 20_000


def unique_groups(entity: Entity) -> tuple[tuple[str, ...], ...]:
    """Fields whose values, taken together, no two rows share."""
    alone = tuple((field.name,) for field in entity.fields if field.unique)
    return alone + tuple(index.fields for index in entity.indexes if index.unique)


@once_per_plan
def usual_values(plan: Plan, entity: Entity) -> Usual:
    """By field, without the references."""
    values: dict[str, Value | Fresh] = {}
    for field in entity.fields:
        if not isinstance(field.type, Reference):
            value = ordinary(field)
            values[field.name] = None if is_scarce(value) and field.optional else value
    if entity.lifecycle:
        values[entity.lifecycle.field] = entity.lifecycle.states[0]
    if plan.identity and plan.identity.entity == entity.name:
        values["role"] = plan.identity.roles[0]
    fitting = values if _fits(entity, values) else _mended(entity, values)
    return {**fitting, **_composed(plan, entity, fitting)}


def usual_row(plan: Plan, entity: Entity, number: int = 0) -> dict[str, Value]:
    """The values of one row; another number gives another row."""
    values = usual_values(plan, entity)
    return {name: value.value(number) if isinstance(value, Fresh) else value for name, value in values.items()}


def is_changeable(plan: Plan, entity: Entity, field: Field) -> bool:
    """Whether a row's value can become another one without being the value of another row."""
    alone = not any(field.name in group for group in unique_groups(entity))
    return alone or isinstance(field.type, Reference) or usual_values(plan, entity)[field.name] is not None


def is_scarce(value: Value | Fresh) -> bool:
    """Whether there are only a few such values."""
    return isinstance(value, Fresh) and bool(value.choices)


def _composed(plan: Plan, entity: Entity, values: Usual) -> dict[str, Fresh]:
    """One field of every combination that must be unique and would not be so of itself."""
    found: dict[str, Fresh] = {}
    fixed = {entity.lifecycle.field} if entity.lifecycle else set()
    read = _read(plan)
    for index in entity.indexes:
        fields = [field for field in entity.fields if field.name in index.fields and index.unique]
        if not fields or any(isinstance(({**values, **found}).get(field.name), Fresh) for field in fields):
            continue
        if any(values.get(field.name, "") is None for field in fields):
            continue
        able = [field for field in fields if isinstance(ordinary(field, fresh=True), Fresh) and field.name not in fixed]
        if any(isinstance(field.type, Reference) for field in fields):
            able = [field for field in able if not _matters(entity, field, read)]
        for field in sorted(able, key=lambda each: _rank(entity, each, read)):
            value = ordinary(field, fresh=True)
            if isinstance(value, Fresh) and _fits(entity, {**values, **found, field.name: value}):
                found[field.name] = value
                break
    return found


def _matters(entity: Entity, field: Field, read: frozenset[tuple[str, str]]) -> bool:
    """Whether a condition reads the field, or it has too few values to be another one in every row."""
    checked = {each for check in entity.checks for each in fields_read(check.expression)}
    return (entity.name, field.name) in read | checked or is_scarce(ordinary(field, fresh=True))


def _rank(entity: Entity, field: Field, read: frozenset[tuple[str, str]]) -> int:
    """Rather of many values than of few, rather a text than a number, rather one that nobody asks for.

    A check asks as well but holds for all that is drawn; what a rule or a routine asks would be left to chance.
    """
    kind = 0 if isinstance(field.type, Text) else 1 if isinstance(field.type, Integer) else 2
    checked = any((entity.name, field.name) in fields_read(each.expression) for each in entity.checks)
    asked = 3 * checked if (entity.name, field.name) not in read else 6
    return kind + asked + 12 * is_scarce(ordinary(field, fresh=True))


@once_per_plan
def _read(plan: Plan) -> frozenset[tuple[str, str]]:
    """What rules and routines ask for."""
    rules = [rule.expression for entity in plan.entities for rule in entity.rules]
    for routine in routines(plan):
        rules.append(routine.rule.expression)
        for step in all_steps(routine.steps):
            match step:
                case RequireStep(expression) | LetStep(_, expression):
                    rules.append(expression)
                case UpdateStep(assignments=assignments):
                    rules += [each.expression for each in assignments]
                case _:
                    pass
    return frozenset(each for rule in rules for each in fields_read(rule))


def _fits(entity: Entity, values: Usual) -> bool:
    """Whether every row with such values holds the checks."""
    read = {name for check in entity.checks for _, name in fields_read(check.expression)}
    ends = {
        name: value.ends() if name in read else (value.value(),)
        for name, value in values.items()
        if isinstance(value, Fresh)
    }
    plain = {name: value for name, value in values.items() if not isinstance(value, Fresh)}
    return all(
        _holds(entity, plain | dict(zip(ends, drawn, strict=True))) for drawn in islice(product(*ends.values()), _MOST)
    )


def _holds(entity: Entity, values: Mapping[str, Value]) -> bool:
    row = Row(entity.name, _row_of(entity, values))
    environment = Environment(rows=_NoRows(), this=row, variables={"now": NOW})
    return all(evaluate(check.expression, environment) for check in entity.checks)


def _row_of(entity: Entity, values: Mapping[str, Value]) -> dict[str, Value]:
    references = {field.name: field.name for field in entity.fields if isinstance(field.type, Reference)}
    kept = {name: value for name, value in references.items() if not entity.field(name).optional}
    return {"createdAt": NOW, "updatedAt": NOW, **dict.fromkeys(references), **kept, **values}


def _mended(entity: Entity, values: Usual) -> Usual:
    """The first combination of other values that holds the checks."""
    read = {name for check in entity.checks for _, name in fields_read(check.expression)}
    names = [name for name in values if name in read]
    choices = [_choices(entity.field(name), values[name]) for name in names]
    for combination in islice(product(*choices), _MOST):
        changed = {**values, **dict(zip(names, combination, strict=True))}
        if _fits(entity, changed):
            return changed
    return _solved(entity, values, names) or values


def _solved(entity: Entity, values: Usual, names: Sequence[str]) -> Usual | None:
    """What the checks ask for in so many words, where no value of the usual ones will do."""
    drawn = {name: value.value() if isinstance(value, Fresh) else value for name, value in values.items()}
    mender = Mender(entity, tuple(check.expression for check in entity.checks), _NoRows())
    choices = {name: tuple(alternatives(entity.field(name).type)) for name in names}
    found = mender.mended(_row_of(entity, drawn), lambda: choices)
    if found is None:
        return None
    changed = {**values, **{name: found[name] for name in names if found[name] != drawn[name]}}
    return changed if _fits(entity, changed) else None


def _choices(field: Field, usual: Value | Fresh) -> Iterator[Value | Fresh]:
    yield usual
    if isinstance(usual, Fresh):
        yield from parted(usual)
    else:
        yield from (value for value in alternatives(field.type) if value != usual)
    if field.optional:
        yield None


class _NoRows:
    def row(self, entity: str, id: Value) -> Row | None:
        """Nothing: checks stay within their row."""
        del entity, id
        return None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        """Nothing either."""
        del entity, id, many_name
        return ()
