"""Where a step stands: the names it may use and what is known there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from backwright.blueprint.nodes import OtherwiseNode
from backwright.blueprint.text import Text
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.expressions.narrowing import known_present
from backwright.plan.expressions.tree import Expression
from backwright.plan.expressions.types import RowType, Typing
from backwright.plan.model import ErrorCase
from backwright.plan.passes.names import is_variable_name

__all__ = ["Place"]

_CONFLICT = 409


@dataclass(slots=True)
class Place:
    """The scope of the next step. `errors` are the named errors of the whole operation with their statuses."""

    draft: Draft
    this: str | None
    variables: dict[str, Typing] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    errors: dict[str, int] = field(default_factory=dict)

    def inner(self) -> Place:
        """The place inside a loop: what is declared there ends with it."""
        return replace(self, variables=dict(self.variables))

    def compile(self, text: Text, expected: Typing | None) -> Expression | None:
        scope = self.draft.scope(self.this, self.variables)
        return self.draft.compile(text, replace(scope, present=self.present), expected)

    def compile_for(self, entity: str, text: Text, expected: Typing | None) -> Expression | None:
        """As `compile`, where `this` is a row of `entity`."""
        present = frozenset(key for key in self.present if not key.startswith("this"))
        scope = self.draft.scope(entity, self.variables)
        return self.draft.compile(text, replace(scope, present=present), expected)

    def know(self, condition: Expression) -> None:
        """From here on the condition holds."""
        self.present |= known_present(condition, True)

    def forget(self, fields: Iterable[str]) -> None:
        """A field was written: what was known of paths through it holds no longer."""
        written = set(fields)
        self.present = frozenset(key for key in self.present if written.isdisjoint(key.split(".")[1:]))

    def declare(self, name: Text, typing: Typing) -> None:
        """Give a name to a row or a value."""
        if not is_variable_name(name.value):
            reason = f"'{name.value}' cannot name a row or a value"
            advice = "Use letters and digits, beginning with a small letter, and no word of the language."
            self.draft.say("name/form", reason, name.origin, advice)
        elif name.value in self.variables:
            reason = f"'{name.value}' is the name of something else here"
            self.draft.say("operation/name-taken", reason, name.origin, "Choose another name.")
        else:
            self.variables[name.value] = typing
            return
        self.draft.unreadable.add(name.value)

    def row(self, text: Text) -> tuple[Expression, EntityDraft] | None:
        """The row that a path points at, and its entity."""
        target = self.compile(text, None)
        if target is None:
            return None
        if not isinstance(target.typing.type, RowType):
            reason = f"'{text.value}' is not a row"
            self.draft.say("operation/not-a-row", reason, text.origin, "Point at a row, such as 'input.product'.")
            return None
        return target, self.draft.entities[target.typing.type.entity]

    def error(self, node: OtherwiseNode | None) -> ErrorCase | None:
        """The named error of `otherwise`."""
        if node is None:
            return None
        status = _CONFLICT if node.status is None else int(node.status.value)
        if node.status is not None and (node.status.value != status or not 400 <= status <= 499):
            self.draft.say(
                "operation/status", f"{node.status.value} is not a status from 400 to 499", node.status.origin
            )
        name = node.error.value
        if not is_variable_name(name):
            reason = f"'{name}' cannot name an error"
            self.draft.say(
                "name/form", reason, node.error.origin, "Use small letters and '_', such as 'already_taken'."
            )
        known = self.errors.setdefault(name, status)
        if known != status:
            reason = f"'{name}' has the status {known} in an earlier step"
            self.draft.say("operation/error-name", reason, node.error.origin, "Use one status for one error.")
        return ErrorCase(name, status, node.origin)
