"""What holds at a place inside an expression, and how mistakes there are worded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from backwright.plan.expressions.narrowing import path_key
from backwright.plan.expressions.nodes import Expression
from backwright.plan.expressions.rendering import render
from backwright.plan.expressions.syntax import Mistake
from backwright.plan.expressions.types import Typing

__all__ = ["Context", "Reported", "nullable_mistake", "suggestion"]


class Reported(Exception):
    """A part is wrong and said so already."""


@dataclass(frozen=True, slots=True)
class Context:
    """What holds at a place: names that can be used and paths known not to be null."""

    variables: dict[str, Typing]
    present: frozenset[str] = frozenset()

    def knowing(self, keys: frozenset[str]) -> Context:
        """The same place with more paths known."""
        return replace(self, present=self.present | keys)

    def binding(self, name: str, typing: Typing) -> Context:
        """The same place with one more variable."""
        return replace(self, variables={**self.variables, name: typing})


def suggestion(name: str, known: list[str]) -> str:
    """A help text that names the nearest known names."""
    near = get_close_matches(name, known, n=1) or [k for k in known if k.lower() == name.lower()][:1]
    if near:
        return f"Did you mean `{near[0]}`?"
    shown = ", ".join(f"`{k}`" for k in dict.fromkeys(known))
    return f"Known here: {shown}." if known else ""


def nullable_mistake(role: str, at: int, found: Expression) -> Mistake:
    """The mistake of using what may be null."""
    text = render(found).removeprefix("this.")
    guard = f"Guard it with `{text} != null && …`, or give" if path_key(found) else "Give"
    return Mistake(
        "expression/nullable", f"{role} may be null here", at, f"{guard} a value for that case: `coalesce({text}, …)`."
    )
