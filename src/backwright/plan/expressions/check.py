"""The checker: an untyped tree against a scope gives a typed tree, or every mistake in it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from backwright.plan.expressions import check_calls, check_operators
from backwright.plan.expressions.assignability import coerce, same_type, uuid_of
from backwright.plan.expressions.context import Context, Reported, nullable_mistake, suggestion
from backwright.plan.expressions.narrowing import path_key
from backwright.plan.expressions.nodes import (
    Access,
    Comparison,
    Constant,
    Expression,
    ListLiteral,
    Logical,
    Many,
    Me,
    NullTest,
    Role,
    This,
    Variable,
)
from backwright.plan.expressions.scope import Scope
from backwright.plan.expressions.substitution import with_row
from backwright.plan.expressions.syntax import (
    Binary,
    Invocation,
    Items,
    Mistake,
    Name,
    Node,
    Scalar,
    Select,
    Ternary,
    Unary,
    Unsupported,
)
from backwright.plan.expressions.types import (
    BoolType,
    EnumType,
    ExactType,
    IntType,
    ListType,
    NullType,
    RecordType,
    RowType,
    TextType,
    TimestampType,
    Typing,
    UuidType,
    ValueType,
    describe,
)

__all__ = ["Checker"]


class Checker:
    """Checks one expression; `mistakes` and `warnings` fill as it goes."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.mistakes: list[Mistake] = []
        self.warnings: list[Mistake] = []

    def whole(self, node: Node, expected: Typing | None) -> Expression | None:
        """The typed tree of a whole expression as a value of `expected`."""
        context = Context({"now": Typing(TimestampType()), **self.scope.variables}, self.scope.present)
        found = self.check(node, context, expected.type if expected else None)
        if found is None or expected is None:
            return found
        fitting = coerce(found, expected.type)
        if fitting is None:
            self.mistakes.append(_not_assignable(found, expected.type, node.start))
            return None
        if fitting.typing.nullable and not expected.nullable:
            self.mistakes.append(nullable_mistake("The value", node.start, found))
            return None
        return fitting

    def check(self, node: Node, context: Context, expected: ValueType | None = None) -> Expression | None:
        """The typed tree of a part; None when it is wrong, which is then among the mistakes."""
        try:
            return self._check(node, context, expected)
        except Mistake as mistake:
            self.mistakes.append(mistake)
        except Reported:
            pass
        return None

    def need(self, node: Node, context: Context, expected: ValueType | None = None) -> Expression:
        """As `check`, but leaves the whole when the part is wrong."""
        found = self.check(node, context, expected)
        if found is None:
            raise Reported
        return found

    def value(self, node: Node, context: Context, expected: ValueType | None, role: str) -> Expression:
        """A part that must not be null."""
        found = self.need(node, context, expected)
        if found.typing.nullable:
            raise nullable_mistake(role, node.start, found)
        return found

    def condition(self, node: Node, context: Context, role: str) -> Expression:
        """A part that must be true or false."""
        found = self.value(node, context, BoolType(), role)
        if not isinstance(found.typing.type, BoolType):
            message = f"{role} must be true or false, this is {describe(found.typing.type)}"
            raise Mistake("expression/type-mismatch", message, node.start, "Compare it with something.")
        return found

    def resolves(self, name: str, context: Context) -> bool:
        """Whether a bare name means something without knowing the expected type."""
        words = {"this": self.scope.this, "me": self.scope.me, "owner": self.scope.owner}
        if name in context.variables or words.get(name):
            return True
        shape = self.scope.shapes.get(self.scope.this or "")
        return shape is not None and (name in shape.fields or name in shape.many or name in shape.computed)

    def _check(self, node: Node, context: Context, expected: ValueType | None) -> Expression:
        match node:
            case Scalar(value=value):
                return _scalar(value, node.start, expected)
            case Name(text=text):
                return self._name(text, node.start, context, expected)
            case Items():
                return self._items(node, context, expected)
            case Select():
                return self._select(node, context)
            case Unary():
                return check_operators.unary(self, node, context)
            case Binary():
                return check_operators.binary(self, node, context)
            case Ternary():
                return check_operators.ternary(self, node, context, expected)
            case Invocation():
                return check_calls.invocation(self, node, context, expected)
            case Unsupported(what=what):
                raise Mistake("expression/not-supported", f"{what} is not part of this language", node.start)

    def _name(self, text: str, at: int, context: Context, expected: ValueType | None) -> Expression:
        if text in context.variables:
            return _narrowed(Variable(text, context.variables[text]), context)
        if text == "this" and self.scope.this:
            return This(Typing(RowType(self.scope.this)))
        if text == "me" and self.scope.me:
            return _narrowed(Me(Typing(RowType(self.scope.me), True)), context)
        if text == "owner" and self.scope.owner and isinstance(expected, BoolType):
            return self._owns(at, context)
        if self.scope.this and self.resolves(text, context):
            field = self.scope.owner if text == "owner" and not self._has_field("owner") else text
            this = This(Typing(RowType(self.scope.this)))
            return self._member(this, field or text, at, context)
        if isinstance(expected, EnumType) and text in expected.values:
            return Constant(text, Typing(expected))
        raise self._unknown_name(text, at, context, expected)

    def _has_field(self, name: str) -> bool:
        return bool(self.scope.this) and name in self.scope.shapes[self.scope.this or ""].fields

    def _owns(self, at: int, context: Context) -> Expression:
        if not self.scope.me or not self.scope.this or not self.scope.owner:
            raise Mistake("expression/unknown-name", "`owner` needs an identity and an owned entity", at)
        field = self._member(This(Typing(RowType(self.scope.this))), self.scope.owner, at, context)
        me = _narrowed(Me(Typing(RowType(self.scope.me), True)), context)
        if field.typing.type != me.typing.type:
            message = f"`owner` compares {describe(field.typing.type)} with the caller, {describe(me.typing.type)}"
            raise Mistake(
                "expression/type-mismatch", message, at, f"Spell the comparison out along a path to {self.scope.me}."
            )
        if not (field.typing.nullable and me.typing.nullable):
            return Comparison("==", field, me)
        present = Me(Typing(me.typing.type))
        return Logical("&&", NullTest(me, True), Comparison("==", field, present))

    def _unknown_name(self, text: str, at: int, context: Context, expected: ValueType | None) -> Mistake:
        shape = self.scope.shapes.get(self.scope.this or "")
        known = [*context.variables, *(("this",) if self.scope.this else ()), *(("me",) if self.scope.me else ())]
        known += [*shape.fields, *shape.many, *shape.computed] if shape else []
        known += ["owner"] if self.scope.owner else []
        values = list(expected.values) if isinstance(expected, EnumType) else []
        if text in ("this", "me"):
            missing = "no row here" if text == "this" else "no identity, so nobody signs in"
            return Mistake("expression/unknown-name", f"`{text}` means nothing here: there is {missing}", at)
        help_text = suggestion(text, known + values)
        if text in self.scope.shapes:
            help_text = "An entity is not a value; start from `this`, `me`, `input` or a variable."
        return Mistake("expression/unknown-name", f"Nothing is called `{text}` here", at, help_text)

    def _items(self, node: Items, context: Context, expected: ValueType | None) -> Expression:
        wanted = expected.item if isinstance(expected, ListType) else None
        if not node.items:
            raise Mistake("expression/type-mismatch", "An empty list holds nothing to compare with", node.start)
        checked = [self.check(item, context, wanted) for item in node.items]
        found = tuple(item for item in checked if item is not None)
        if len(found) < len(checked):
            raise Reported
        for item, part in zip(node.items, found, strict=True):
            if part.typing.nullable:
                raise nullable_mistake("An item of a list", item.start, part)
        return self._list(found, node, wanted)

    def _list(self, found: tuple[Expression, ...], node: Items, wanted: ValueType | None) -> Expression:
        unified = check_operators.unify_all(found, wanted)
        if unified is None:
            first = found[0].typing.type
            other = next((i for i, part in enumerate(found) if not same_type(part.typing.type, first)), 0)
            message = f"The list mixes {describe(first)} and {describe(found[other].typing.type)}"
            raise Mistake(
                "expression/type-mismatch", message, node.items[other].start, "All items of a list have one type."
            )
        return ListLiteral(unified, Typing(ListType(unified[0].typing.type)))

    def _select(self, node: Select, context: Context) -> Expression:
        return self._member(self.need(node.of, context), node.field, node.field_start, context)

    def _member(self, of: Expression, name: str, at: int, context: Context) -> Expression:
        match of.typing.type:
            case RowType(entity):
                return self._field(of, entity, name, at, context)
            case RecordType(fields):
                by_name = dict(fields)
                if name not in by_name:
                    message = f"There is no `{name}` among these inputs"
                    raise Mistake("expression/unknown-field", message, at, suggestion(name, list(by_name)))
                typing = by_name[name]
                return _narrowed(Access(of, name, Typing(typing.type, typing.nullable or of.typing.nullable)), context)
            case ListType():
                help_text = f"Say for each element what of it: `.exists(x, x.{name} == …)`, `.sum(x, x.{name})`."
                raise Mistake("expression/unknown-field", "A list has no fields", at, help_text)
            case other:
                raise Mistake("expression/unknown-field", f"`{name}` cannot be read from {describe(other)}", at)

    def _field(self, of: Expression, entity: str, name: str, at: int, context: Context) -> Expression:
        shape = self.scope.shapes[entity]
        if isinstance(of, Me) and name == "role" and self.scope.roles:
            return _narrowed(Role(Typing(EnumType(self.scope.roles), of.typing.nullable)), context)
        if name in shape.fields:
            typing = shape.fields[name]
            return _narrowed(Access(of, name, Typing(typing.type, typing.nullable or of.typing.nullable)), context)
        if name in shape.many:
            part = shape.many[name]
            return Many(of, name, self._back(entity, part, at), Typing(ListType(RowType(part))))
        if name in shape.computed:
            if of.typing.nullable:
                raise nullable_mistake(f"What `{name}` is computed of", at, of)
            return with_row(shape.computed[name], of)
        known = [*shape.fields, *shape.many, *shape.computed, *(("role",) if isinstance(of, Me) else ())]
        raise Mistake("expression/unknown-field", f"{entity} has no field `{name}`", at, suggestion(name, known))

    def _back(self, whole: str, part: str, at: int) -> str:
        fields = self.scope.shapes[part].fields
        backs = [name for name, typing in fields.items() if typing.type == RowType(whole)]
        implied = whole[:1].lower() + whole[1:]
        if implied in backs:
            return implied
        if not backs:
            raise Mistake("expression/unknown-field", f"{part} has no reference back to {whole}", at)
        return backs[0]


def _narrowed(path: Variable | Me | Role | Access, context: Context) -> Expression:
    if path.typing.nullable and path_key(path) in context.present:
        return replace(path, typing=Typing(path.typing.type))
    return path


def _scalar(value: bool | int | Decimal | str | None, at: int, expected: ValueType | None) -> Constant:
    if value is None:
        return Constant(None, Typing(NullType(), True))
    if isinstance(value, bool):
        return Constant(value, Typing(BoolType()))
    if isinstance(value, int):
        return Constant(value, Typing(IntType()))
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return Constant(value, Typing(ExactType(-exponent if isinstance(exponent, int) else 0)))
    if isinstance(expected, EnumType):
        if value not in expected.values:
            help_text = suggestion(value, list(expected.values))
            raise Mistake("expression/unknown-value", f"'{value}' is not {describe(expected)}", at, help_text)
        return Constant(value, Typing(expected))
    if isinstance(expected, UuidType) and (uuid := uuid_of(value)):
        return Constant(uuid, Typing(expected))
    return Constant(value, Typing(TextType()))


def _not_assignable(found: Expression, target: ValueType, at: int) -> Mistake:
    kind = found.typing.type
    message = f"Expected {describe(target)}, found {describe(kind)}"
    if isinstance(kind, ExactType) and isinstance(target, ExactType | IntType):
        places = f", {target.scale}" if isinstance(target, ExactType) else ""
        return Mistake("expression/type-mismatch", message, at, f"Say where to round: `round(…{places})`.")
    if isinstance(target, BoolType):
        return Mistake(
            "expression/type-mismatch", message, at, "Compare it with something: the answer must be true or false."
        )
    return Mistake("expression/type-mismatch", message, at)
