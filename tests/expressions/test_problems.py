from __future__ import annotations

import time
from dataclasses import replace

import pytest

from backwright.diagnostics import Diagnostic, Origin
from backwright.lowering.relational.predicates import Binding, sql
from backwright.plan.expressions import Expression, Typing, compile_expression, evaluate, render, roles_that_may
from backwright.plan.expressions.types import BOOL, EnumType, ExactType, IntType, RowType, TextType, UuidType
from backwright.targets.express.expressions import TypescriptBinding, typescript
from tests.expressions.world import INPUTS, ITEMS, SCOPE, TABLES, compiled, environment


def _found(text: str, expected: Typing | None = None) -> tuple[Diagnostic, ...]:
    expression, found = compile_expression(text, Origin("b.yaml", 7, 11), SCOPE, expected)
    assert (expression is None) == any(problem.severity == "error" for problem in found)
    return found


@pytest.mark.parametrize(
    ("text", "code", "offset", "help_part"),
    [
        ("titel == 'x'", "unknown-name", 0, "`title`"),
        ("author.nam == 'x'", "unknown-field", 7, "`name`"),
        ("size(author.nam) > 1", "unknown-field", 12, "`name`"),
        ("input.cuont > 1", "unknown-field", 6, "`count`"),
        ("pieces.size > 1", "unknown-field", 7, ".sum(x, x.size)"),
        ("title.name == 'x'", "unknown-field", 6, ""),
        ("state == opne", "unknown-name", 9, "`open`"),
        ("opne == state", "unknown-name", 0, "`open`"),
        ("me.role == 'stuff'", "unknown-value", 11, "`staff`"),
        ("me.role in ['staff', 'amdin']", "unknown-value", 21, "`admin`"),
        ("Person == me", "unknown-name", 0, "not a value"),
        ("note.size() > 1", "nullable", 0, "note != null"),
        ("title + note", "nullable", 8, "coalesce(note"),
        ("keeper.name.contains('x')", "nullable", 0, "keeper.name != null"),
        ("most > 1", "nullable", 0, "most != null"),
        ("hidden && active", "nullable", 0, ""),
        ("!hidden", "nullable", 1, ""),
        ("1 / amount > 2", "nullable", 0, "coalesce"),
        ("pieces.avg(p, p.size) > 2", "nullable", 0, "coalesce"),
        ("pieces.sum(p, p.cost)", "nullable", 14, "p.cost != null"),
        ("note != null || note.contains('x')", "nullable", 16, ""),
        ("(note == null || active) && note.contains('x')", "nullable", 28, ""),
        ("(note != null || active) && note.contains('x')", "nullable", 28, ""),
        ("!(note == null && active) && note.contains('x')", "nullable", 29, ""),
        ("note == null && active || note.contains('x')", "nullable", 26, ""),
        ("(note == null ? active : active) && note.contains('x')", "nullable", 36, ""),
        ("pieces.exists(p, note != null) && note.contains('x')", "nullable", 34, ""),
        ("note != title && note.contains('x')", "nullable", 17, ""),
        ("!(note == title) && note.contains('x')", "nullable", 20, ""),
        ("!(note in ['x']) && note.contains('x')", "nullable", 20, ""),
        ("keeper == me", "both-nullable", 7, "Guard"),
        ("note == keeper.name", "both-nullable", 5, ""),
        ("[note].exists(n, n == 'x')", "nullable", 1, ""),
        ("state < 'open'", "type-mismatch", 6, ""),
        ("author < author", "type-mismatch", 7, ""),
        ("amount == 'x'", "type-mismatch", 7, ""),
        ("author == pieces", "type-mismatch", 7, ""),
        ("author == id", "type-mismatch", 7, ""),
        ("due < now", "type-mismatch", 4, "date(x)"),
        ("due == '2026-01-01'", "type-mismatch", 4, "date('2026-01-31')"),
        ("amount && active", "type-mismatch", 0, "Compare"),
        ("title in 'abc'", "type-mismatch", 9, "contains"),
        ("pieces.sum(p, p.label)", "type-mismatch", 14, ""),
        ("amount.sum(p, p)", "type-mismatch", 7, ""),
        ("active ? 1 : 'a'", "type-mismatch", 13, ""),
        ("active ? pieces : pieces", "type-mismatch", 0, ""),
        ("null == null", "type-mismatch", 5, ""),
        ("[] == null", "type-mismatch", 0, ""),
        ("amount in [1, 'a']", "type-mismatch", 14, ""),
        ("pieces == null", "never-null", 0, ""),
        ("pieces.sum(title, 1)", "", 0, ""),
        ("pieces.sum(input, 1)", "arguments", 11, ""),
        ("pieces.sum(1, 1)", "arguments", 11, ""),
        ("round(price, amount)", "arguments", 13, ""),
        ("abs()", "arguments", 0, ""),
        ("sum(pieces, p, 1)", "unknown-function", 0, "lines.sum"),
        ("exists(Person, p, p == me)", "not-supported", 0, ""),
        ("contians(title, 'x')", "unknown-function", 0, "`contains`"),
        ("title[0] == 'x'", "not-supported", 0, ""),
        ("{1: 2}", "not-supported", 0, ""),
        ("b'x' == title", "not-supported", 0, ""),
        ("9007199254740992 > amount", "number", 0, ""),
        ("1u > amount", "number", 0, ""),
        ("0.0000000001 * 0.0000000001 * 0.0000000000000000001", "number", 28, "round"),
        ("'a\\0b' == title", "text", 2, ""),
        ("'\\u0000' == title", "text", 0, "leave it out"),
        ("'\\ud800' == title", "text", 0, ""),
        ("'abc == title", "syntax", 0, "Close"),
        ("title == “abc”", "syntax", 9, "straight"),
        ("active and active", "syntax", 7, "`&&`"),
        ("not active", "syntax", 4, "`!`"),
        ("active &&", "syntax", 9, ""),
        ("(active", "syntax", 7, ""),
        ("active)", "syntax", 6, ""),
        ("", "syntax", 0, ""),
        ("// nothing", "syntax", 0, ""),
        ("import == 1", "syntax", 0, "this.import"),
        ("duration('1 day') > now - made", "time", 9, "1h30m"),
        ("duration('101y') > now - made", "time", 9, ""),
        ("timestamp('2026-02-30T00:00:00Z') > now", "time", 10, ""),
        ("timestamp('2026-02-20T00:00:00') > now", "time", 10, ""),
        ("date('2026-13-01') > due", "time", 5, ""),
        ("date(title) > due", "time", 5, ""),
    ],
)
def test_each_mistake_has_its_code_place_and_help(text: str, code: str, offset: int, help_part: str) -> None:
    found = _found(text)
    if not code:
        assert found == ()
        return
    assert [problem.code for problem in found] == [f"expression/{code}"]
    assert found[0].origin == Origin("b.yaml", 7, 11 + offset)
    assert help_part in found[0].help


def test_all_mistakes_are_reported_at_once_in_order() -> None:
    found = _found("titel == 'x' && amount > 'y' || !most.foo() && state == nope")
    assert [(problem.code, problem.origin.column - 11) for problem in found] == [
        ("expression/unknown-name", 0),
        ("expression/type-mismatch", 23),
        ("expression/unknown-function", 38),
        ("expression/unknown-name", 56),
    ]


def test_a_broken_guard_does_not_blame_what_it_guards() -> None:
    assert [problem.code for problem in _found("note != nul && note.contains('x')")] == ["expression/unknown-name"]


def test_a_mistake_on_a_later_line_is_placed_there() -> None:
    (found,) = _found("active &&\n  titel == 'x'")
    assert (found.origin.line, found.origin.column) == (8, 3)


@pytest.mark.parametrize(
    ("text", "expected", "fine"),
    [
        ("amount", Typing(ExactType(2)), True),
        ("price", Typing(ExactType(4)), True),
        ("price", Typing(IntType()), False),
        ("price * 0.1", Typing(ExactType(2)), False),
        ("round(price * 0.1, 2)", Typing(ExactType(2)), True),
        ("1.500", Typing(ExactType(2)), True),
        ("1.505", Typing(ExactType(2)), False),
        ("'open'", Typing(EnumType(("open", "done"))), True),
        ("open", Typing(EnumType(("open", "done"))), True),
        ("state", Typing(EnumType(("open", "done"))), False),
        ("state", Typing(EnumType(("open", "held", "done", "lost"))), True),
        ("note", Typing(TextType()), False),
        ("note", Typing(TextType(), True), True),
        ("null", Typing(TextType(), True), True),
        ("null", Typing(TextType()), False),
        ("keeper", Typing(RowType("Person")), False),
        ("author", Typing(RowType("Person")), True),
        ("owner", Typing(RowType("Person"), True), True),
        ("owner", BOOL, True),
        ("author", Typing(RowType("Item")), False),
        ("'00000000-0000-7000-8000-000000000000'", Typing(UuidType()), True),
        ("'no uuid'", Typing(UuidType()), False),
        ("active ? 1 : 2.5", Typing(ExactType(2)), True),
        ("amount", BOOL, False),
        ("hidden", BOOL, False),
    ],
)
def test_what_may_stand_where_a_type_is_expected(text: str, expected: Typing, fine: bool) -> None:
    expression, found = compile_expression(text, Origin(), SCOPE, expected)
    assert (expression is not None, found == ()) == (fine, fine)
    if expression is not None:
        assert expression.typing.type == expected.type


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000 + "1" + ")" * 1900,
        "!" * 3000 + "active",
        "-" * 3000 + "amount > 0",
        "||".join(["active"] * 500),
        "active?" * 500 + "true",
        "[" * 3000,
        "title" + ".a" * 1900,
        "abs(" * 900 + "1" + ")" * 900,
        "(" * 18 + "active" + ("||active" * 20 + ")") * 18,
        "'" * 3999,
        "x" * 4001,
        "9" * 3000,
    ],
)
def test_no_text_is_too_much(text: str) -> None:
    started = time.monotonic()
    assert _found(text)
    assert time.monotonic() - started < 2


def test_a_local_name_wins_over_a_field_and_this_reaches_the_field() -> None:
    scope = replace(SCOPE, variables={**SCOPE.variables, "title": Typing(IntType())})
    expression, found = compile_expression("title == 3 && this.title == 'x'", Origin(), scope, BOOL)
    assert expression is not None
    assert found == ()


def test_without_an_identity_me_is_explained() -> None:
    _, found = compile_expression("author == me", Origin(), replace(SCOPE, me=None, roles=()), BOOL)
    assert [problem.code for problem in found] == ["expression/unknown-name"]
    assert "nobody signs in" in found[0].message


def test_the_same_text_gives_the_same_tree() -> None:
    trees: set[Expression] = {
        compiled("pieces.sum(p, p.weight * p.size) > 1.5 && state in [open, done]") for _ in range(3)
    }
    assert len(trees) == 1


def test_the_deepest_tree_that_is_let_through_can_be_written() -> None:
    text = "(" * 5 + "input.flag" + ("||input.flag" * 21 + ")") * 5
    expression = compiled(text)
    assert sql(expression, Binding(TABLES, this="t", rows={"input": "i"})).count(" or ") == 105
    assert typescript(expression, TypescriptBinding()).count(" || ") == 105
    assert compiled(render(expression)) == expression
    assert roles_that_may(expression, ("a",)) == (("a",), True)
    assert evaluate(expression, environment(ITEMS[0], INPUTS[0], None)) is True
