"""Which stack a backend is written for, and why."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from backwright.chain.generate import stacks
from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.diagnostics import Diagnostic, Origin
from backwright.plan.model import Plan
from backwright.sources.brief.model import BriefReading

__all__ = ["DEFAULT", "Choice", "choose_stack"]

DEFAULT = "express"
_NEGATION = re.compile(r"\b(?:not|no|never|without|avoid|instead of|rather than|away from|migrate from|replaces?)\b")


@dataclass(frozen=True, slots=True)
class Choice:
    """A stack with the reason that is shown."""

    stack: str
    reason: str


def choose_stack(plan: Plan, reading: BriefReading | None, wanted: str | None) -> Choice:
    """What the caller wants, else what the blueprint prefers, what the team knows, what the brief names, or Express.

    Raises ToolchainError with `input/unknown-stack` where a stack is named that is not there.
    """
    if wanted is not None:
        return Choice(_known(wanted, None), "as you asked")
    requirements = {each.path: each for each in plan.requirements}
    for path in ("stack", "stack.name"):
        if path in requirements:
            name = requirements[path].value.split(",")[0].strip()
            because = requirements.get("stack.because")
            reason = because.value if because else "the blueprint says so"
            return Choice(_known(name, requirements[path].origin), reason)
    for each in plan.requirements:
        stack = _named(each.value) if each.path.split(".")[0] == "team" else None
        if stack:
            return Choice(stack, f"the team knows {each.value}")
    for statement in reading.statements if reading else ():
        stack = _named(statement.text)
        if stack:
            return Choice(stack, f'the brief says "{statement.text}"')
    return Choice(DEFAULT, "nothing speaks for another")


def _named(text: str) -> str | None:
    """The stack whose words a text has, if it has those of one alone and does not turn them away."""
    lowered = text.lower()
    found = {stack for stack, words in _words() if re.search(rf"\b(?:{'|'.join(words)})\b", lowered)}
    return found.pop() if len(found) == 1 and not _NEGATION.search(lowered) else None


def _words() -> Iterator[tuple[str, tuple[str, ...]]]:
    for stack in stacks():
        words = getattr(import_module(f"backwright.targets.{stack}.target"), "WORDS", (stack,))
        yield stack, tuple(re.escape(word) for word in words)


def _known(name: str, origin: Origin | None) -> str:
    if name in stacks():
        return name
    near = difflib.get_close_matches(name.lower(), stacks(), 1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    message, help_text = f"there is no stack '{name}'", f"{meant}The stacks are {', '.join(stacks())}."
    if origin is None:
        raise toolchain_error("input/unknown-stack", message, help_text)
    raise ToolchainError(Diagnostic("input/unknown-stack", message, origin, help_text))
