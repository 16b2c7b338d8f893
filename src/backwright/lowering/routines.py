"""Operations and transitions as statements that one round trip carries: texts, parameters, and when they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from backwright.lowering.operations import Routine, sees_hidden
from backwright.lowering.relational.calls import call_name, settled_as
from backwright.lowering.relational.columns import expression_type, json_value, quoted
from backwright.lowering.relational.conditions import Conditions, Frame
from backwright.lowering.relational.jobs import reach, wanted
from backwright.lowering.relational.names import column, qualified, snake, table
from backwright.lowering.relational.outbox import subject_prefix
from backwright.lowering.relational.statements import collection_statements
from backwright.lowering.routine_ranges import plain, within
from backwright.lowering.routine_sources import (
    SUBJECT,
    Source,
    column_of,
    from_clause,
    input_relation,
    input_source,
    loop_source,
    outer_source,
    parameter,
    plain_type,
    wire_name,
    with_clause,
)
from backwright.plan.expressions.tree import (
    Access,
    Aggregate,
    Arithmetic,
    Constant,
    Expression,
    Many,
    This,
    Variable,
    walk,
)
from backwright.plan.expressions.types import RowType
from backwright.plan.indexes import subject_of
from backwright.plan.model import (
    Assignment,
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    ErrorCase,
    Exact,
    Input,
    LetStep,
    ListOf,
    Plan,
    Record,
    Reference,
    RequireStep,
    Step,
    Then,
    UpdateStep,
)

__all__ = ["CALL", "CLAIM", "Refusal", "RoutineStatement", "created_names", "lower_answer", "lower_routine"]

RefusalKind = Literal["unknown", "absent", "error", "denied", "unmovable", "unmoved", "settled", "overtaken", "passed"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """When the selected rows refuse: `unmovable` by what they say, the others by being there.

    `unmoved`, `settled` and `overtaken` refuse by not being there.
    """

    kind: RefusalKind
    error: ErrorCase | None = None


@dataclass(frozen=True, slots=True)
class RoutineStatement:
    """One statement; `parameters` are `input`, `this`, `CALL`, `CLAIM` or names of rows, as `$1`, `$2`, … stand."""

    text: str
    parameters: tuple[str, ...]
    refusal: Refusal | None = None


_Lowered = tuple[str, Refusal | None]

CALL, CLAIM = "_call", "_claim"
"""The call whose outcome a routine is, and the claim of a job's run; no row can be named so."""


def created_names(routine: Routine) -> tuple[str, ...]:
    """The rows that get their ids from the caller of the statements."""
    return tuple(_name(step) for step in routine.steps if isinstance(step, CreateStep))


def _name(step: CreateStep) -> str:
    return step.name or step.entity[0].lower() + step.entity[1:]


def lower_routine(plan: Plan, routine: Routine, conditions: Conditions) -> tuple[RoutineStatement, ...]:
    """Locks, references and guards first, then the steps; the answer's read is not among them."""
    lowering = _Lowering(plan, routine, conditions)
    return tuple(_numbered(text, refusal) for text, refusal in lowering.statements())


def lower_answer(plan: Plan, routine: Routine, name: str, conditions: Conditions) -> RoutineStatement:
    """Reads the row that a `let` has kept under this name."""
    lowering = _Lowering(plan, routine, conditions)
    tuple(lowering.statements())
    return _numbered(lowering.answer(name), None)


def _numbered(text: str, refusal: Refusal | None) -> RoutineStatement:
    """Parameters become `$1`, `$2`, … by first use."""
    names: list[str] = []

    def position(match: re.Match[str]) -> str:
        name = match[1]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    numbered = re.sub(r"\x00(\w+)\x00", position, text)
    return RoutineStatement(numbered, tuple(names), refusal)


class _Lowering:
    def __init__(self, plan: Plan, routine: Routine, conditions: Conditions) -> None:
        self._plan = plan
        self._routine = routine
        self._conditions = conditions
        self._inputs = routine.operation.inputs if routine.operation else ()
        rows = {name: f"{parameter(name)}::uuid" for name in (*created_names(routine), *routine.rows)}
        this = SUBJECT if routine.subject else None
        this_id = f"{parameter('this')}::uuid" if routine.subject else None
        lists = {f"input.{each.name}": input_relation(each) for each in self._inputs if isinstance(each.type, ListOf)}
        self._frame = Frame(this, this_id, rows, input="input" if self._inputs else None, lists=lists)

    def statements(self) -> Iterator[_Lowered]:
        if self._routine.outcome:
            yield settled_as(self._routine.outcome.name, f"{parameter(CALL)}::uuid"), Refusal("settled")
        job = self._routine.job
        if job:
            row = self._frame.rows[job.variable]
            yield reach(job, f"{parameter(CLAIM)}::bigint", row), Refusal("overtaken")
        if self._routine.subject:
            yield from self._move(self._routine.subject)
        # What another caller took away while this one waited for its locks is no longer there to be referred to.
        yield from self._locks()
        if job:
            yield wanted(self._plan, job, self._frame.rows[job.variable], self._conditions), Refusal("passed")
        yield from self._references()
        if not self._routine.subject and not self._conditions.is_role_only(self._routine.rule.expression):
            yield self._guard(self._routine.rule.expression, Refusal("denied"), None)
        for step in self._routine.steps:
            yield from self._step(step, None)
        if self._routine.operation and self._routine.operation.then:
            yield self._intend(self._routine.operation.then), None

    def answer(self, name: str) -> str:
        """After all statements: they know what each name stands for."""
        step = next(each for each in self._routine.steps if isinstance(each, LetStep) and each.name == name)
        assert isinstance(step.expression.typing.type, RowType)
        entity = self._plan.entity(step.expression.typing.type.entity)
        row = self._frame.rows[name]
        source = outer_source(self._routine, row)
        read = collection_statements(self._plan, entity, self._conditions).read
        key = f"(select {row}{from_clause(source)})".replace("\n", " ") if source.clauses else row
        return with_clause(*source.ctes) + read.replace("$1", key)

    # Before the steps

    def _move(self, entity: Entity) -> Iterator[_Lowered]:
        assert self._routine.transition
        assert entity.lifecycle
        rows = table(entity)
        state = column(entity.field(entity.lifecycle.field))
        movable = f"{rows}.{state} in ({', '.join(quoted(source) for source in self._routine.transition.sources)})"
        frame = replace(self._frame, this=rows, this_id=None)
        allowed = self._conditions.expression(self._routine.rule.expression, frame)
        this = f"{rows}.id = {self._frame.this_id}"
        rule = entity.rule("read")
        seen = ""
        if rule and sees_hidden(self._routine):
            visible = self._conditions.of_row(entity, rule.expression)
            seen = f" and {visible}" if visible != "true" else ""
        yield f"select {allowed}, {movable}\nfrom {qualified(entity)} where {this}{seen}", Refusal("unmovable")
        target = quoted(self._routine.transition.target)
        changes = f"{state} = {target}, updated_at = now()"
        move = f"update {qualified(entity)} set {changes}\nwhere {this} and {movable}\nreturning {rows}.id"
        yield move, Refusal("unmoved")

    def _references(self) -> Iterator[_Lowered]:
        """Every reference in the input names a row that the caller may read."""
        for each in self._inputs:
            if isinstance(each.type, Reference):
                value = f"input.{column_of(each)}"
                source = replace(outer_source(self._routine, value), pointer="''")
                in_path = self._routine.operation is not None and f"{{{each.name}}}" in self._routine.operation.path
                suffix = f"'/{wire_name(each)}'"
                yield self._unknown(suffix, each.type, value, source), Refusal("absent" if in_path else "unknown")
            if isinstance(each.type, ListOf) and isinstance(each.type.item, Record):
                source = input_source(each, "item")
                for member in each.type.item.inputs:
                    if isinstance(member.type, Reference):
                        value = f"{source.alias}.{column_of(member)}"
                        yield self._unknown(f"'/{wire_name(member)}'", member.type, value, source), Refusal("unknown")
            if isinstance(each.type, ListOf) and isinstance(each.type.item, Reference):
                source = input_source(each, "item")
                yield self._unknown("''", each.type.item, f"{source.alias}.value", source), Refusal("unknown")

    def _unknown(self, suffix: str, kind: Reference, value: str, source: Source) -> str:
        target = self._plan.entity(kind.entity)
        rule = target.rule("read")
        visible = self._conditions.of_row(target, rule.expression) if rule else "true"
        also = "" if visible == "true" else f" and {visible}"
        pointer = suffix if source.pointer == "''" else f"{source.pointer} || {suffix}"
        return (
            f"{with_clause(*source.ctes)}select {pointer}{from_clause(source)}\nwhere {value} is not null\n"
            f"  and (select true from {qualified(target)} where {table(target)}.id = {value}{also}) is null"
        )

    def _locks(self) -> Iterator[_Lowered]:
        """What the steps write is locked before they look at it, in the order of ids: no two callers interleave."""
        made, frame = self._foreseen()
        self._frame, later = frame, self._frame
        wanted: dict[str, list[str]] = {}
        ctes: dict[str, list[str]] = {}
        for step, loop in self._written():
            if any(isinstance(node, Variable) and node.name in made for node in walk(step.target)):
                continue
            source, frame = self._around(loop)
            target = self._conditions.row_id(step.target, frame)
            source = self._whole(source, target)
            wanted.setdefault(step.entity, []).append(f"select {target}{from_clause(source)}".replace("\n", " "))
            ctes.setdefault(step.entity, []).extend(source.ctes)
        for entity, targets in sorted(wanted.items()):
            rows = qualified(self._plan.entity(entity))
            chosen = " union all ".join(dict.fromkeys(targets))
            text = f"select null from {rows}\nwhere id = any(array({chosen}))\norder by id for no key update"
            yield with_clause(*dict.fromkeys(ctes[entity])) + text, None
        self._frame = later

    def _foreseen(self) -> tuple[set[str], Frame]:
        """Names of rows that only the steps bring forth, and what the others stand for before any step."""
        made = {*created_names(self._routine)}
        frame = self._frame
        for step in self._routine.steps:
            if isinstance(step, LetStep):
                if any(isinstance(node, Variable) and node.name in made for node in walk(step.expression)):
                    made.add(step.name)
                else:
                    value = self._conditions.expression(step.expression, frame)
                    frame = replace(frame, rows={**frame.rows, step.name: f"({value})"})
        return made, frame

    def _written(self) -> Iterator[tuple[UpdateStep | DeleteStep, EachStep | None]]:
        for step in self._routine.steps:
            if isinstance(step, UpdateStep | DeleteStep):
                yield step, None
            elif isinstance(step, EachStep):
                yield from ((inner, step) for inner in step.steps if isinstance(inner, UpdateStep | DeleteStep))

    def _around(self, loop: EachStep | None) -> tuple[Source, Frame]:
        """A loop's elements and the frame inside it."""
        if loop is None:
            return Source(), self._frame
        source = loop_source(self._plan, self._routine, loop, self._conditions, self._frame)
        return source, replace(self._frame, aliases={**self._frame.aliases, loop.each.variable: source.alias})

    def _whole(self, source: Source, *texts: str) -> Source:
        """A source with the input and the subject before it, where it or the texts speak of them."""
        return source.behind(outer_source(self._routine, *texts, *source.clauses))

    # Steps

    def _step(self, step: Step, loop: EachStep | None) -> Iterator[_Lowered]:
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
                yield self._guard(expression, Refusal("error", otherwise), loop)
            case LetStep(name, expression):
                yield from self._let(name, expression)
            case EmitStep():
                yield from self._emit(step, loop)
            case _:
                assert_never(step)

    def _guard(self, condition: Expression, refusal: Refusal, loop: EachStep | None) -> _Lowered:
        source, frame = self._around(loop)
        holds = self._conditions.expression(condition, frame)
        source = self._whole(source, holds)
        pointer = source.pointer or "''"
        return f"{with_clause(*source.ctes)}select {pointer}{from_clause(source)}\nwhere not {holds}", refusal

    def _let(self, name: str, expression: Expression) -> Iterator[_Lowered]:
        """A value that rests on rows is kept for the rest of the transaction, so that later steps cannot change it."""
        value = self._conditions.expression(expression, self._frame)
        if any(_reads_rows(node) for node in walk(expression)):
            source = outer_source(self._routine, value)
            kept = quoted(f"let.{snake(name)}")
            keep = f"set_config({kept}, coalesce(to_jsonb({value})::text, 'null'), true)"
            yield f"{with_clause(*source.ctes)}select {keep}{from_clause(source)}", None
            value = f"(current_setting({kept})::jsonb #>> '{{}}')::{expression_type(expression.typing.type)}"
        self._frame = replace(self._frame, rows={**self._frame.rows, name: f"({value})"})

    def _create(self, step: CreateStep, loop: EachStep | None) -> str:
        entity = self._plan.entity(step.entity)
        source, frame = self._around(loop)
        columns = [] if loop else ["id"]
        values = [] if loop else [f"{parameter(_name(step))}::uuid"]
        for assignment in step.assignments:
            columns.append(column(entity.field(assignment.field)))
            values.append(self._assigned(entity, assignment, frame))
        source = self._whole(source, *values)
        order = f"\norder by {source.order}" if source.order else ""
        insert = f"insert into {qualified(entity)} ({', '.join(columns)})\n"
        return f"{with_clause(*source.ctes)}{insert}select {', '.join(values)}{from_clause(source)}{order}"

    def _emit(self, step: EmitStep, loop: EachStep | None) -> Iterator[_Lowered]:
        """The positions of one subject are in the order of commits: who does not hold its row holds its name."""
        event = self._plan.event(step.event)
        given = {each.field: each.expression for each in step.assignments}
        source, frame = self._around(loop)
        members = [
            f"{quoted(wire_name(each))}, {self._told(each, given[each.name], frame)}"
            for each in event.members
            if each.name in given
        ]
        columns = ["event", "payload"]
        values = [quoted(event.name), f"jsonb_build_object({', '.join(members)})"]
        ordering = subject_of(event)
        if ordering:
            target = given[ordering.name]
            subject = f"{quoted(subject_prefix(self._plan, ordering))} || {self._conditions.row_id(target, frame)}"
            columns.append("subject")
            values.append(subject)
            if not self._is_held(target, loop):
                whole = self._whole(source, subject)
                named = f"select distinct {subject} as name{from_clause(whole)} order by name".replace("\n", " ")
                lock = "pg_advisory_xact_lock(hashtextextended(name, 1))"
                yield f"{with_clause(*whole.ctes)}select {lock} from ({named}) as subjects", None
        source = self._whole(source, *values)
        order = f"\norder by {source.order}" if source.order else ""
        insert = f"insert into internal.outbox ({', '.join(columns)})\n"
        yield f"{with_clause(*source.ctes)}{insert}select {', '.join(values)}{from_clause(source)}{order}", None

    def _intend(self, then: Then) -> str:
        """The call that follows from the commit; an input without a value is told as null."""
        given = {each.field: each.expression for each in then.assignments}
        inputs = [
            f"{quoted(wire_name(each))}, {self._told(each, given[each.name], self._frame)}"
            if each.name in given
            else f"{quoted(wire_name(each))}, null"
            for each in self._plan.port(then.port).call(then.call).inputs
        ]
        rows = [f"{quoted(row.name)}, {self._frame.rows[row.name]}" for row in then.rows]
        values = [
            quoted(self._routine.name),
            quoted(call_name(then)),
            f"jsonb_build_object({', '.join(inputs)})",
            f"jsonb_build_object({', '.join(rows)})",
        ]
        source = outer_source(self._routine, *values)
        insert = "insert into internal.calls (operation, call, input, named_rows)\n"
        return f"{with_clause(*source.ctes)}{insert}select {', '.join(values)}{from_clause(source)}"

    def _told(self, member: Input, expression: Expression, frame: Frame) -> str:
        """A member's value as JSON shows it."""
        if isinstance(member.type, Reference):
            return self._conditions.row_id(expression, frame)
        value = self._conditions.expression(expression, frame)
        if isinstance(member.type, Exact) or isinstance(plain(expression), Constant):
            value = f"({value})::{plain_type(member.type)}"
        return json_value(member.type, value)

    def _is_held(self, target: Expression, loop: EachStep | None) -> bool:
        """Whether nobody else can emit about this row before this transaction ends: it is new, or locked by a write."""
        if isinstance(target, This):
            return self._routine.subject is not None
        if isinstance(target, Variable) and target.name in created_names(self._routine):
            return True
        made, _ = self._foreseen()
        if any(isinstance(node, Variable) and node.name in made for node in walk(target)):
            return False
        around = loop.each if loop else None
        written = ((step.target, each.each if each else None) for step, each in self._written())
        return any(other == target and each in (None, around) for other, each in written)

    def _assigned(self, entity: Entity, assignment: Assignment, frame: Frame) -> str:
        if isinstance(entity.field(assignment.field).type, Reference):
            return self._conditions.row_id(assignment.expression, frame)
        return self._conditions.expression(assignment.expression, frame)

    def _update(self, step: UpdateStep, loop: EachStep | None) -> _Lowered:
        entity = self._plan.entity(step.entity)
        rows = table(entity)
        source, frame = self._around(loop)
        target = self._conditions.row_id(step.target, frame)
        new = replace(frame, this=rows, this_id=None)
        sums: list[str] = []
        values = [self._new_value(entity, each, new, sums if loop else None) for each in step.assignments]
        changes = [
            f"{column(entity.field(each.field))} = {value}"
            for each, value in zip(step.assignments, values, strict=True)
        ]
        ranges = [
            within(self._plan, self._routine, loop, entity, each, value)
            for each, value in zip(step.assignments, values, strict=True)
        ]
        outer = self._whole(source, target, *values, *sums)
        wanted = target
        ctes = outer.ctes
        if sums:
            items = ", ".join([f"{target} as id", *sums])
            ctes = (*ctes, f"wanted as (\n  select {items} from {', '.join(outer.clauses)} group by 1\n)")
            wanted = "wanted.id"
        origin = "\nfrom wanted" if sums else from_clause(outer)
        conditions = [f"{rows}.id = {wanted}", *(each for each in ranges if each)]
        if loop:
            # The planner takes an input list for a hundred rows and would read the whole table.
            listed = "select id from wanted" if sums else f"select {target} from {', '.join(outer.clauses)}"
            conditions.insert(0, f"{rows}.id = any(array({listed}))")
        where = "\n  and ".join(conditions)
        update = f"update {qualified(entity)} set {', '.join([*changes, 'updated_at = now()'])}{origin}\nwhere {where}"
        return self._refusing(step, (*ctes, f"changed as (\n{update}\nreturning {rows}.id\n)"), target, source, loop)

    def _refusing(
        self,
        step: UpdateStep | DeleteStep,
        ctes: tuple[str, ...],
        target: str,
        source: Source,
        loop: EachStep | None,
    ) -> _Lowered:
        """Selects what the last of the CTEs did not reach."""
        reached = ctes[-1].partition(" ")[0]
        refusal = Refusal("error", step.otherwise or ErrorCase("conflict", 409, step.origin))
        if loop is None:
            return f"{with_clause(*ctes)}select '' where not exists (select from {reached})", refusal
        pointer = _named(step.target, loop, source.pointer)
        clauses = self._whole(source, target).clauses
        missed = f"{target} not in (select id from {reached})"
        if step.target.typing.nullable:
            missed = f"({missed}) is not false"
        return f"{with_clause(*ctes)}select {pointer} from {', '.join(clauses)} where {missed}", refusal

    def _new_value(self, entity: Entity, assignment: Assignment, frame: Frame, sums: list[str] | None) -> str:
        """In a loop, amounts that are added or taken away are summed up by row first."""
        delta = _delta(assignment) if sums is not None else None
        if delta is None or sums is None:
            return self._assigned(entity, assignment, frame)
        name = column(entity.field(assignment.field))
        operator, amount = delta
        sums.append(f"sum({self._conditions.expression(amount, frame)}) as {name}")
        return f"{table(entity)}.{name} {operator} wanted.{name}"

    def _delete(self, step: DeleteStep, loop: EachStep | None) -> _Lowered:
        source, frame = self._around(loop)
        target = self._conditions.row_id(step.target, frame)
        outer = self._whole(source, target)
        wanted = f"in (select {target} from {', '.join(outer.clauses)})" if outer.clauses else f"= {target}"
        delete = f"delete from {qualified(self._plan.entity(step.entity))}\nwhere id {wanted}\nreturning id"
        return self._refusing(step, (*outer.ctes, f"gone as (\n{delete}\n)"), target, source, loop)


def _named(target: Expression, loop: EachStep, pointer: str | None) -> str:
    """The member of the request that names the row, as SQL of a JSON pointer; the whole where none does."""
    path = []
    while isinstance(target, Access):
        path.append(target.name)
        target = target.of
    root = target.name if isinstance(target, Variable) else ""
    if root == loop.each.variable and pointer:
        return f"{pointer} || {quoted(f'/{path[-1]}Id' if path else '')}"
    return f"distinct {quoted(f'/{path[-1]}Id')}" if root == "input" and path else "distinct ''"


def _reads_rows(node: Expression) -> bool:
    return isinstance(node, Many | Aggregate) or (isinstance(node, Access) and isinstance(node.of.typing.type, RowType))


def _delta(assignment: Assignment) -> tuple[str, Expression] | None:
    """`field + amount`, `amount + field` and `field - amount` add up when a row is met twice."""
    value = plain(assignment.expression)
    if not isinstance(value, Arithmetic) or value.operator not in ("+", "-"):
        return None
    if _is_own(value.left, assignment.field):
        return value.operator, value.right
    return ("+", value.left) if value.operator == "+" and _is_own(value.right, assignment.field) else None


def _is_own(expression: Expression, field: str) -> bool:
    base = plain(expression)
    return isinstance(base, Access) and isinstance(base.of, This) and base.name == field
