"""Words of the plan as pages say them."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.plan.expressions import Expression, render
from backwright.plan.naming import snake

__all__ = ["cell", "code", "codes", "condition", "spoken", "who"]


def cell(text: str) -> str:
    """A text that stays in its cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def code(text: str) -> str:
    """Between backticks; nothing where there is nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """One after the other."""
    return ", ".join(map(code, texts))


def condition(expression: Expression) -> str:
    """As the blueprint has it."""
    return cell(render(expression))


def spoken(name: str) -> str:
    """A name as words."""
    return snake(name).replace("_", " ")


def who(roles: tuple[str, ...] | None) -> str:
    """Those that may call; None is everyone."""
    return "everyone" if roles is None else ", ".join(roles)
