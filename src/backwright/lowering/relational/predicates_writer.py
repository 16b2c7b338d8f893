"""Writes typed expressions as SQL: `value` keeps two-valued conditions exact, `truth` lets null stand for false."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from backwright.lowering.relational import predicates_lists
from backwright.lowering.relational.predicates_literals import interval, literal, text_literal
from backwright.lowering.relational.predicates_numbers import quotient, remainder
from backwright.lowering.relational.predicates_paths import (
    Aliases,
    Binding,
    Place,
    RelatedFunction,
    column_name,
    path_key,
)
from backwright.plan.expressions.tree import (
    Access,
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Constant,
    Expression,
    ListLiteral,
    Logical,
    Many,
    Me,
    Membership,
    Negate,
    Not,
    NullTest,
    Role,
    This,
    Variable,
    Widen,
    children,
)
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    DurationType,
    ExactType,
    IntType,
    RowType,
    TextType,
    TimestampType,
)

__all__ = ["Writer"]

_SIGNS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SPACE = text_literal(" \t\n\r\v\f")


class Writer:
    """Writes for one binding; `functions` collects what it reads other tables through."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.place = Place.of(binding)
        self.aliases = Aliases(frozenset({binding.this or "", *binding.rows.values()}))
        self.functions: set[RelatedFunction] = set()

    def truth(self, expression: Expression, place: Place) -> str:
        """A condition where null counts as false, so that plain comparisons can use indexes."""
        match expression:
            case Logical(operator=operator, left=left, right=right):
                word = "and" if operator == "&&" else "or"
                return f"({self.truth(left, place)} {word} {self.truth(right, place)})"
            case Comparison() | Membership() | NullTest() | Call() | Access() if _is_bool(expression):
                return self._atom(expression, place, exact=False)
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                outcomes = f"{self.truth(then, place)} else {self.truth(otherwise, place)}"
                return f"(case when {self.truth(condition, place)} then {outcomes} end)"
            case _:
                return self.value(expression, place)

    def value(self, expression: Expression, place: Place) -> str:
        """The value; a condition comes out as true or false, a row as its id."""
        match expression:
            case Constant(value=value):
                return literal(value)
            case This() | Me() | Role() | Variable():
                return self._path(expression, place)
            case Access():
                return (
                    self._atom(expression, place, exact=True) if _is_bool(expression) else self._path(expression, place)
                )
            case Comparison() | Membership() | NullTest():
                return self._atom(expression, place, exact=True)
            case Not(of=of):
                return f"(not {self.value(of, place)})"
            case Logical(operator=operator, left=left, right=right):
                word = "and" if operator == "&&" else "or"
                return f"({self.value(left, place)} {word} {self.value(right, place)})"
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                outcomes = f"{self.value(then, place)} else {self.value(otherwise, place)}"
                return f"(case when {self.truth(condition, place)} then {outcomes} end)"
            case Widen() | Negate():
                return self.number(expression, place)
            case Arithmetic():
                return self._arithmetic(expression, place)
            case Call():
                return (
                    self._atom(expression, place, exact=True) if _is_bool(expression) else self._call(expression, place)
                )
            case Aggregate():
                return predicates_lists.aggregate(self, expression, place)
            case ListLiteral() | Many():
                raise LookupError("a list is not a value of SQL; it is read through an aggregate")
        assert_never(expression)

    def number(self, expression: Expression, place: Place) -> str:
        """A number or duration as numeric, so that no sum overflows."""
        match expression:
            case Widen(of=of):
                return self.number(of, place)
            case Negate(of=of):
                return f"(- {self.number(of, place)})"
            case Arithmetic():
                return self.value(expression, place)
            case _ if isinstance(expression.typing.type, IntType):
                return f"{self.value(expression, place)}::numeric"
            case _:
                return self.value(expression, place)

    def table(self, entity: str) -> str:
        """The table of an entity."""
        return self.binding.tables[entity]

    def _path(self, expression: Expression, place: Place) -> str:
        direct = place.direct(expression)
        if direct is not None:
            return direct
        entity = _entity_read(expression)
        if entity is None or not isinstance(expression, Access):
            raise LookupError(f"nothing is bound to {path_key(expression)}")
        of = expression.of
        id_ = self.value(of, place)
        if expression.name == "id":
            return id_
        column = column_name(expression.name, expression.typing.type)
        if self.binding.related == "function":
            function = RelatedFunction(entity, expression.name, False, self.table(entity), column)
            self.functions.add(function)
            call = f"{function.name}({id_})"
            return f"({call})" if place.depends_on_row(of) else f"(select {call})"
        alias = self.aliases.fresh()
        return f"(select {alias}.{column} from {self.table(entity)} {alias} where {alias}.id = {id_})"

    def _atom(
        self, expression: Comparison | Membership | NullTest | Call | Access, place: Place, *, exact: bool
    ) -> str:
        """One condition. Where it follows a reference it is asked in EXISTS, which the planner can turn around."""
        path = self._lifted(expression, place) if self.binding.related == "select" else None
        if path is None:
            return self._plain_atom(expression, place, exact=exact)
        assert isinstance(path.typing.type, RowType)
        alias = self.aliases.fresh()
        key = path_key(path)
        assert key is not None
        inner = self._atom(expression, place.with_row(key, alias), exact=False)
        id_ = self.value(path, place)
        return (
            f"exists (select 1 from {self.table(path.typing.type.entity)} {alias} where {alias}.id = {id_} and {inner})"
        )

    def _lifted(self, atom: Expression, place: Place) -> Access | None:
        """The reference to ask through, where a missing row makes the condition false anyway."""
        found = _first_step(atom, place)
        if found is None or not found.typing.nullable:
            return found
        sides: tuple[Expression, ...]
        match atom:
            case Comparison(operator="==", left=left, right=right):
                sides = (left, right)
            case Membership(item=item, collection=ListLiteral()):
                sides = (item,)
            case NullTest(of=of, negated=True):
                sides = (of,)
            case _:
                return None
        return found if any(_is_path(side) and _first_step(side, place) == found for side in sides) else None

    def _plain_atom(
        self, expression: Comparison | Membership | NullTest | Call | Access, place: Place, *, exact: bool
    ) -> str:
        match expression:
            case Comparison():
                return self._comparison(expression, place, exact=exact)
            case Membership(item=item, collection=collection):
                if not isinstance(collection, ListLiteral):
                    return predicates_lists.membership(self, item, collection, place)
                listed = ", ".join(self.value(candidate, place) for candidate in collection.items)
                return _two_valued(f"{self.value(item, place)} in ({listed})", exact and item.typing.nullable)
            case NullTest(of=of, negated=negated):
                return f"({self.value(of, place)} is {'not ' * negated}null)"
            case Access():
                return self._path(expression, place)
            case Call():
                return self._call(expression, place)
        assert_never(expression)

    def _comparison(self, expression: Comparison, place: Place, *, exact: bool) -> str:
        left, right = self.value(expression.left, place), self.value(expression.right, place)
        nullable = expression.left.typing.nullable or expression.right.typing.nullable
        if expression.operator == "!=" and nullable:
            return f"({left} is distinct from {right})"
        if expression.operator in ("<", "<=", ">", ">=") and isinstance(expression.left.typing.type, TextType):
            left = f'({left} collate "C")'
        return _two_valued(f"{left} {_SIGNS[expression.operator]} {right}", exact and nullable)

    def _arithmetic(self, expression: Arithmetic, place: Place) -> str:
        left, right, operator = expression.left, expression.right, expression.operator
        match left.typing.type, right.typing.type:
            case TextType(), TextType():
                return f"({self.value(left, place)} || {self.value(right, place)})"
            case TimestampType(), TimestampType():
                return f"extract(epoch from ({self.value(left, place)} - {self.value(right, place)}))"
            case TimestampType(), DurationType():
                return f"({self.value(left, place)} {operator} {self._interval(right, place)})"
            case DurationType(), TimestampType():
                return f"({self.value(right, place)} + {self._interval(left, place)})"
            case DateType(), DateType():
                return f"(({self.value(left, place)} - {self.value(right, place)})::numeric * 86400)"
        one, other = self.number(left, place), self.number(right, place)
        if operator == "/":
            kind = expression.typing.type
            return quotient(one, other, kind.scale if isinstance(kind, ExactType) else 0)
        if operator == "%":
            return remainder(one, other)
        # The left side is numeric, which is enough to make the operation so.
        other = self.value(right, place) if isinstance(right.typing.type, IntType) else other
        return f"({one} {operator} {other})"

    def _interval(self, expression: Expression, place: Place) -> str:
        if isinstance(expression, Constant) and isinstance(expression.value, timedelta):
            return interval(expression.value)
        return f"({self.value(expression, place)} * interval '1 second')"

    def _call(self, call: Call, place: Place) -> str:
        first = call.arguments[0]
        match call.function:
            case "size" if not isinstance(first.typing.type, TextType):
                return predicates_lists.size(self, first, place)
            case "abs":
                return f"abs({self.number(first, place)})"
            case "round":
                places = self.value(call.arguments[1], place) if len(call.arguments) > 1 else "0"
                return f"round({self.number(first, place)}, {places})"
        return self._simple_call(call, [self.value(argument, place) for argument in call.arguments])

    def _simple_call(self, call: Call, values: list[str]) -> str:
        listed = ", ".join(values)
        match call.function:
            case "coalesce":
                return f"coalesce({listed})"
            case "min" | "max":
                name = "least" if call.function == "min" else "greatest"
                text = isinstance(call.typing.type, TextType)
                return f'{name}({values[0]} collate "C", {", ".join(values[1:])})' if text else f"{name}({listed})"
            case "contains":
                return f"(strpos({listed}) > 0)"
            case "startsWith":
                return f"starts_with({listed})"
            case "endsWith":
                return f"(right({values[0]}, char_length({values[1]})) = {values[1]})"
            case "lower" | "upper":
                return f'{call.function}({values[0]} collate "C")'
            case "trim":
                return f"btrim({values[0]}, {_SPACE})"
            case "size":
                return f"char_length({values[0]})"
            case "date":
                return f"(({values[0]} at time zone 'UTC')::date)"
            case "timestamp":
                return f"({values[0]}::timestamp at time zone 'UTC')"
            case _:
                raise LookupError(call.function)


def _is_bool(expression: Expression) -> bool:
    return isinstance(expression.typing.type, BoolType)


def _two_valued(condition: str, needed: bool) -> str:
    return f"coalesce({condition}, false)" if needed else f"({condition})"


def _entity_read(expression: Expression) -> str | None:
    """The entity whose row an access reads."""
    if isinstance(expression, Access) and isinstance(expression.of.typing.type, RowType):
        return expression.of.typing.type.entity
    return None


def _is_path(expression: Expression) -> bool:
    return isinstance(expression, Access) and path_key(expression) is not None


def _first_step(expression: Expression, place: Place) -> Access | None:
    """The first reference out of a row in reach that some field is read through."""
    if isinstance(expression, Aggregate):
        return None
    if isinstance(expression, Access) and isinstance(expression.of.typing.type, RowType):
        of = expression.of
        if place.direct(expression) is None and isinstance(of, Access) and expression.name != "id":
            from_row = place.alias(of.of) is not None and isinstance(of.of.typing.type, RowType)
            if from_row and place.alias(of) is None:
                return of
    return next((found for child in children(expression) if (found := _first_step(child, place)) is not None), None)
