"""Expressions: CEL syntax, an own checker, and one meaning (docs/designs/0002-expressions.md)."""

from __future__ import annotations

from backwright.diagnostics import Diagnostic, Origin, Severity
from backwright.plan.expressions.check import Checker
from backwright.plan.expressions.evaluate import Environment, Row, Rows, Value, evaluate
from backwright.plan.expressions.parser import parse
from backwright.plan.expressions.reading import Path, children, fields_read, references, walk
from backwright.plan.expressions.rendering import render
from backwright.plan.expressions.roles import role_only, roles_that_always_may, roles_that_may
from backwright.plan.expressions.scope import Scope, Shape
from backwright.plan.expressions.syntax import Mistake
from backwright.plan.expressions.tree import Expression
from backwright.plan.expressions.types import Typing

__all__ = [
    "Environment",
    "Expression",
    "Path",
    "Row",
    "Rows",
    "Scope",
    "Shape",
    "Typing",
    "Value",
    "children",
    "compile_expression",
    "evaluate",
    "fields_read",
    "references",
    "render",
    "role_only",
    "roles_that_always_may",
    "roles_that_may",
    "walk",
]


def compile_expression(
    text: str, origin: Origin, scope: Scope, expected: Typing | None
) -> tuple[Expression | None, tuple[Diagnostic, ...]]:
    """The typed tree of a text that begins at `origin`, and everything wrong with it; with errors there is no tree."""
    try:
        node = parse(text)
    except Mistake as mistake:
        return None, (_diagnostic(mistake, text, origin, "error"),)
    checker = Checker(scope)
    found = checker.whole(node, expected)
    problems: list[tuple[Mistake, Severity]] = [(mistake, "error") for mistake in checker.mistakes]
    problems += [(warning, "warning") for warning in checker.warnings]
    problems.sort(key=lambda problem: problem[0].offset)
    diagnostics = (_diagnostic(mistake, text, origin, severity) for mistake, severity in problems)
    return (None if checker.mistakes else found), tuple(dict.fromkeys(diagnostics))


def _diagnostic(mistake: Mistake, text: str, origin: Origin, severity: Severity) -> Diagnostic:
    before = text[: mistake.offset]
    lines = before.count("\n")
    column = mistake.offset - before.rfind("\n") if lines else origin.column + mistake.offset
    place = Origin(origin.file, origin.line + lines, column, origin.source)
    return Diagnostic(mistake.code, mistake.message, place, mistake.help, severity)
