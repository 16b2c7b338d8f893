"""Operations and transitions as statements that one round trip carries: each a text, its parameters, and when it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from backwright.lowering.operations import Routine
from backwright.lowering.relational.columns import expression_type, quoted, range_condition, sql_type
from backwright.lowering.relational.conditions import Conditions, Frame
from backwright.lowering.relational.names import column, qualified, snake, table
from backwright.plan.expressions.tree import Access, Arithmetic, Expression, Many, This, Variable, Widen
from backwright.plan.expressions.types import RowType
from backwright.plan.model import (
    Assignment,
    CreateStep,
    DeleteStep,
    EachStep,
    Entity,
    ErrorCase,
    Input,
    LetStep,
    ListOf,
    Plan,
    Record,
    Reference,
    RequireStep,
    Step,
    Type,
    UpdateStep,
)

__all__ = ["Refusal", "RoutineStatement", "created_names", "lower_routine"]

RefusalKind = Literal["unknown", "absent", "error", "denied", "unmovable", "unmoved"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """When the selected rows refuse: `unmovable` and `unmoved` by what they say, the others by being there."""

    kind: RefusalKind
    error: ErrorCase | None = None


@dataclass(frozen=True, slots=True)
class RoutineStatement:
    """One statement; `parameters` are `input`, `this` or names of created rows, in the order of `$1`, `$2`, …"""

    text: str
    parameters: tuple[str, ...]
    refusal: Refusal | None = None


def created_names(routine: Routine) -> tuple[str, ...]:
    """The rows that get their ids from the caller of the statements."""
    return tuple(_name(step) for step in routine.steps if isinstance(step, CreateStep))


def _name(step: CreateStep) -> str:
    return step.name or step.entity[0].lower() + step.entity[1:]


def lower_routine(plan: Plan, routine: Routine, conditions: Conditions) -> tuple[RoutineStatement, ...]:
    """Guards first, then locks in one order, then the steps; the answer's read is not among them."""
    lowering = _Lowering(plan, routine, conditions)
    return tuple(_numbered(text, refusal) for text, refusal in lowering.statements())


def _numbered(text: str, refusal: Refusal | None) -> RoutineStatement:
    """`:name` becomes `$n`, numbered by first use."""
    names: list[str] = []

    def position(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    numbered = re.sub(r"\x00(\w+)\x00", position, text)
    return RoutineStatement(numbered, tuple(names), refusal)


def _parameter(name: str) -> str:
    return f"\x00{name}\x00"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a loop's rows come from: the FROM clause with its CTE, the alias, the pointer of a row."""

    alias: str
    ctes: tuple[str, ...]
    clause: str
    pointer: str | None
    order: str | None


_SUBJECT = "subject"


class _Lowering:
    def __init__(self, plan: Plan, routine: Routine, conditions: Conditions) -> None:
        self._plan = plan
        self._routine = routine
        self._conditions = conditions
        self._inputs = routine.operation.inputs if routine.operation else ()
        rows = {name: f"{_parameter(name)}::uuid" for name in created_names(routine)}
        this = _SUBJECT if routine.subject else None
        this_id = f"{_parameter('this')}::uuid" if routine.subject else None
        self._frame = Frame(this, this_id, rows, input="input" if self._inputs else None)

    def statements(self) -> Iterator[tuple[str, Refusal | None]]:
        if self._routine.subject:
            yield from self._move(self._routine.subject)
        elif not self._conditions.is_role_only(self._routine.rule.expression):
            yield self._guard(self._routine.rule.expression, Refusal("denied"))
        yield from self._input_references()
        yield from self._locks(self._routine.steps)
        for step in self._routine.steps:
            yield from self._step(step, None)

    # Guards

    def _move(self, entity: Entity) -> Iterator[tuple[str, Refusal | None]]:
        assert self._routine.transition and entity.lifecycle
        rows = table(entity)
        state = f"{rows}.{column(entity.field(entity.lifecycle.field))}"
        sources = ", ".join(quoted(source) for source in self._routine.transition.sources)
        allowed = self._conditions.expression(self._routine.rule.expression, replace(self._frame, this=rows))
        this = f"{rows}.id = {self._frame.this_id}"
        yield (f"select {allowed}, {state} in ({sources})\nfrom {qualified(entity)} where {this}", Refusal("unmovable"))
        text = (
            f"update {qualified(entity)} set {state.split('.')[1]} = {quoted(self._routine.transition.target)}, updated_at = now()\n"
            f"where {this} and {state} in ({sources})\nreturning {rows}.id"
        )
        yield (text, Refusal("unmoved"))

    def _guard(self, condition: Expression, refusal: Refusal) -> tuple[str, Refusal]:
        clause, ctes = self._outer()
        holds = self._conditions.expression(condition, self._frame)
        return f"{_with(ctes)}select ''{_from([clause] if clause else [])}\nwhere not ({holds})", refusal

    def _guard_each(self, condition: Expression, refusal: Refusal, loop: EachStep) -> tuple[str, Refusal]:
        source = self._source(loop)
        holds = self._conditions.expression(condition, self._inside(loop, source))
        pointer = source.pointer or "''"
        text = f"{_with(self._ctes(source))}select {pointer} from {self._joined(source)}\nwhere not ({holds})"
        return text, refusal

    def _input_references(self) -> Iterator[tuple[str, Refusal | None]]:
        """Every reference in the input names a row that the caller may read."""
        for each in self._inputs:
            if isinstance(each.type, Reference):
                refusal = Refusal("absent" if self._in_path(each) else "unknown")
                pointer = f"'/{wire_name(each)}'"
                text = self._unknown(each.type, f"input.{column_of(each)}", pointer, self._outer())
                yield text, refusal
            if isinstance(each.type, ListOf) and isinstance(each.type.item, Record):
                for member in each.type.item.inputs:
                    if isinstance(member.type, Reference):
                        source = self._list(each, "item")
                        pointer = f"{source.pointer} || '/{wire_name(member)}'"
                        value = f"{source.alias}.{column_of(member)}"
                        text = self._unknown(member.type, value, pointer, (source.clause, source.ctes))
                        yield text, Refusal("unknown")

    def _in_path(self, each: Input) -> bool:
        assert self._routine.operation
        return f"{{{each.name}}}" in self._routine.operation.path

    def _unknown(self, kind: Reference, value: str, pointer: str, source: tuple[str, tuple[str, ...]]) -> str:
        target = self._plan.entity(kind.entity)
        rule = target.rule("read")
        visible = self._conditions.of_row(target, rule.expression) if rule else "true"
        rows = table(target)
        also = "" if visible == "true" else f" and ({visible})"
        clause, ctes = source
        return (
            f"{_with(ctes)}select {pointer}\nfrom {clause}\nwhere {value} is not null\n"
            f"  and not exists (select from {qualified(target)} where {rows}.id = {value}{also})"
        )

    def _locks(self, steps: tuple[Step, ...]) -> Iterator[tuple[str, Refusal | None]]:
        """Rows that loops update are locked in the order of their ids, so that two callers never wait for each other."""
        for step in steps:
            if not isinstance(step, EachStep):
                continue
            for inner in step.steps:
                if isinstance(inner, UpdateStep):
                    source = self._source(step)
                    frame = self._inside(step, source)
                    target = self._conditions.row_id(inner.target, frame)
                    rows = qualified(self._plan.entity(inner.entity))
                    clause = self._joined(source)
                    ctes = self._ctes(source)
                    yield (
                        f"{_with(ctes)}select null from {rows}\nwhere id in (select {target} from {clause})\n"
                        "order by id for no key update",
                        None,
                    )

    # Steps

    def _step(self, step: Step, loop: EachStep | None) -> Iterator[tuple[str, Refusal | None]]:
        match step:
            case EachStep(steps=inner):
                for each in inner:
                    yield from self._step(each, step)
            case CreateStep():
                yield self._create(step, loop), None
            case UpdateStep():
                yield self._update(step, loop)
            case DeleteStep():
                yield self._delete(step, loop)
            case RequireStep(expression, otherwise):
                refusal = Refusal("error", otherwise)
                yield self._guard_each(expression, refusal, loop) if loop else self._guard(expression, refusal)
            case LetStep(name, expression):
                yield self._let(name, expression)
            case _:
                assert_never(step)

    def _let(self, name: str, expression: Expression) -> tuple[str, None]:
        """The value is kept for the rest of the transaction, so that later steps cannot change it."""
        kept = quoted(f"let.{snake(name)}")
        clause, ctes = self._outer()
        value = self._conditions.expression(expression, self._frame)
        source = _from([clause] if clause else [])
        text = f"{_with(ctes)}select set_config({kept}, coalesce(to_jsonb({value})::text, 'null'), true){source}"
        stored = f"((current_setting({kept})::jsonb #>> '{{}}')::{expression_type(expression.typing.type)})"
        self._frame = replace(self._frame, rows={**self._frame.rows, name: stored})
        return text, None

    def _create(self, step: CreateStep, loop: EachStep | None) -> str:
        entity = self._plan.entity(step.entity)
        source = self._source(loop) if loop else None
        frame = self._inside(loop, source) if loop and source else self._frame
        columns = [] if loop else ["id"]
        values = [] if loop else [f"{_parameter(_name(step))}::uuid"]
        for assignment in step.assignments:
            columns.append(column(entity.field(assignment.field)))
            values.append(self._assigned(entity, assignment, frame))
        clause, ctes = (self._joined(source), self._ctes(source)) if source else self._outer()
        order = f"\norder by {source.order}" if source and source.order else ""
        insert = f"insert into {qualified(entity)} ({', '.join(columns)})\n"
        return f"{_with(ctes)}{insert}select {', '.join(values)}{_from([clause] if clause else [])}{order}"

    def _assigned(self, entity: Entity, assignment: Assignment, frame: Frame) -> str:
        field = entity.field(assignment.field)
        if isinstance(field.type, Reference):
            return self._conditions.row_id(assignment.expression, frame)
        return self._conditions.expression(assignment.expression, frame)

    def _update(self, step: UpdateStep, loop: EachStep | None) -> tuple[str, Refusal | None]:
        entity = self._plan.entity(step.entity)
        rows = table(entity)
        if loop:
            return self._update_all(step, loop, entity)
        frame = replace(self._frame, this=rows, this_id=None)
        changes = [
            f"{column(entity.field(each.field))} = {self._assigned(entity, each, frame)}" for each in step.assignments
        ]
        ranges = [self._within(entity, each, self._assigned(entity, each, frame)) for each in step.assignments]
        clause, ctes = self._outer()
        target = self._conditions.row_id(step.target, self._frame)
        where = " and ".join([f"{rows}.id = {target}", *(each for each in ranges if each)])
        update = f"update {qualified(entity)} set {', '.join([*changes, 'updated_at = now()'])}{_from([clause] if clause else [])}\nwhere {where}\n"
        if step.otherwise is None:
            return f"{_with(ctes)}{update}".rstrip(), None
        changed = f"changed as (\n{update}returning {rows}.id\n)"
        return f"{_with((*ctes, changed))}select '' where not exists (select from changed)", Refusal(
            "error", step.otherwise
        )

    def _update_all(self, step: UpdateStep, loop: EachStep, entity: Entity) -> tuple[str, Refusal | None]:
        rows = table(entity)
        source = self._source(loop)
        frame = self._inside(loop, source)
        target = self._conditions.row_id(step.target, frame)
        changes, ranges, sums = [], [], []
        for each in step.assignments:
            name = column(entity.field(each.field))
            delta = _delta(each)
            if delta is None:
                value = self._assigned(entity, each, replace(self._frame, this=rows, this_id=None))
            else:
                operator, amount = delta
                sums.append(f"sum({self._conditions.expression(amount, frame)}) as {name}")
                value = f"{rows}.{name} {operator} wanted.{name}"
            changes.append(f"{name} = {value}")
            ranges.append(self._within(entity, each, value))
        wanted = (
            f"wanted as (\n  select {', '.join([f'{target} as id', *sums])} from {self._joined(source)} group by 1\n)"
        )
        where = "\n    and ".join([f"{rows}.id = wanted.id", *(each for each in ranges if each)])
        changed = (
            f"changed as (\n  update {qualified(entity)} set {', '.join([*changes, 'updated_at = now()'])}\n  from wanted\n"
            f"  where {where}\n  returning {rows}.id\n)"
        )
        ctes = (*self._ctes(source), wanted, changed)
        pointer = f"{source.pointer} || {quoted(self._suffix(step.target))}" if source.pointer else "''"
        refused = f"select {pointer} from {self._joined(source)} where {target} not in (select id from changed)"
        error = step.otherwise or ErrorCase("conflict", 409, step.origin)
        return f"{_with(ctes)}{refused}", Refusal("error", error)

    def _suffix(self, target: Expression) -> str:
        return f"/{target.name}Id" if isinstance(target, Access) and isinstance(target.typing.type, RowType) else ""

    def _within(self, entity: Entity, assignment: Assignment, value: str) -> str | None:
        """The range of a field whose new value is computed; a plain value was checked where it came in."""
        if not isinstance(_plain(assignment.expression), Arithmetic):
            return None
        return range_condition(entity.field(assignment.field), value)

    def _delete(self, step: DeleteStep, loop: EachStep | None) -> tuple[str, Refusal | None]:
        entity = self._plan.entity(step.entity)
        if loop:
            source = self._source(loop)
            target = self._conditions.row_id(step.target, self._inside(loop, source))
            wanted = f"select {target} from {self._joined(source)}"
            return f"{_with(self._ctes(source))}delete from {qualified(entity)} where id in ({wanted})", None
        target = self._conditions.row_id(step.target, self._frame)
        clause, ctes = self._outer()
        using = f"\nusing {clause}" if clause else ""
        delete = f"delete from {qualified(entity)}{using}\nwhere {table(entity)}.id = {target}"
        if step.otherwise is None:
            return f"{_with(ctes)}{delete}", None
        gone = f"gone as (\n{delete}\nreturning {table(entity)}.id\n)"
        return f"{_with((*ctes, gone))}select '' where not exists (select from gone)", Refusal("error", step.otherwise)

    # Sources

    def _outer(self) -> tuple[str, tuple[str, ...]]:
        """What every statement may read: the input's scalars as one row, and the subject's row, where there are any."""
        clauses = []
        ctes = []
        scalars = [each for each in self._inputs if not isinstance(each.type, ListOf)]
        if scalars:
            source = f"{_parameter('input')}::jsonb"
            members = ", ".join(f"{_json_text(each, source)} as {column_of(each)}" for each in scalars)
            clauses.append("input")
            ctes.append(f"input as (select {members})")
        if self._routine.subject:
            clauses.append(_SUBJECT)
            rows = qualified(self._routine.subject)
            ctes.append(f"{_SUBJECT} as (select * from {rows} where id = {self._frame.this_id})")
        return ", ".join(clauses), tuple(ctes)

    def _source(self, loop: EachStep) -> _Source:
        source = loop.each.source
        if isinstance(source, Many):
            return self._parts(source, loop.each.variable)
        assert isinstance(source, Access) and isinstance(source.of, Variable)
        return self._list(next(each for each in self._inputs if each.name == source.name), loop.each.variable)

    def _parts(self, source: Many, variable: str) -> _Source:
        assert isinstance(source.of.typing.type, RowType)
        whole = self._plan.entity(source.of.typing.type.entity)
        entity = self._plan.entity(next(part.entity for part in whole.parts if part.name == source.name))
        back = column(entity.field(source.back))
        owner = self._conditions.row_id(source.of, self._frame)
        alias = variable_alias(variable)
        word = "" if isinstance(source.of, This) else "lateral "
        rows = f"{word}(select * from {qualified(entity)} where {back} = {owner}) as {alias}"
        return _Source(alias, (), rows, None, f"{alias}.position")

    def _list(self, each: Input, variable: str) -> _Source:
        assert isinstance(each.type, ListOf)
        alias = variable_alias(variable)
        item = each.type.item
        if isinstance(item, Record):
            members = [f"{_json_text(member, 'item.value')} as {column_of(member)}" for member in item.inputs]
        else:
            members = [f"(item.value #>> '{{}}')::{_plain_type(item)} as value"]
        rows = f"jsonb_array_elements({_parameter('input')}::jsonb -> {quoted(wire_name(each))}) with ordinality as item (value, position)"
        cte = f"{alias} as (\n  select item.position, {', '.join(members)}\n  from {rows}\n)"
        return _Source(alias, (cte,), alias, f"'/{wire_name(each)}/' || {alias}.position - 1", f"{alias}.position")

    def _inside(self, loop: EachStep, source: _Source) -> Frame:
        return replace(self._frame, aliases={**self._frame.aliases, loop.each.variable: source.alias})

    def _joined(self, source: _Source) -> str:
        outer, _ = self._outer()
        return f"{outer}, {source.clause}" if outer else source.clause

    def _ctes(self, source: _Source) -> tuple[str, ...]:
        return (*self._outer()[1], *source.ctes)


def _with(ctes: tuple[str, ...]) -> str:
    return "with " + ",\n".join(ctes) + "\n" if ctes else ""


def _from(clauses: list[str]) -> str:
    return f"\nfrom {', '.join(clauses)}" if clauses else ""


def _plain(expression: Expression) -> Expression:
    return _plain(expression.of) if isinstance(expression, Widen) else expression


def _delta(assignment: Assignment) -> tuple[str, Expression] | None:
    """`field + amount` and `field - amount` add up when a row is met twice."""
    value = _plain(assignment.expression)
    if not isinstance(value, Arithmetic) or value.operator not in ("+", "-"):
        return None
    base = _plain(value.left)
    own = isinstance(base, Access) and isinstance(base.of, This) and base.name == assignment.field
    return (value.operator, value.right) if own else None


def column_of(each: Input) -> str:
    """The column of an input in a statement's record."""
    return snake(each.name) + ("_id" if isinstance(each.type, Reference) else "")


def wire_name(each: Input) -> str:
    """The member's name in the request."""
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


def variable_alias(name: str) -> str:
    """The alias of a loop's element; quoted where SQL has taken the word."""
    return f"each_{snake(name)}"


def _plain_type(kind: Type) -> str:
    return sql_type(kind).split(" collate")[0]


def _json_text(each: Input, source: str) -> str:
    operator = "->" if _plain_type(each.type) == "jsonb" else "->>"
    return f"({source} {operator} {quoted(wire_name(each))})::{_plain_type(each.type)}"
