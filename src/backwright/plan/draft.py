"""A plan in the making: what the passes have resolved so far, and what they have found wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from backwright.blueprint.nodes import Blueprint, EntityNode
from backwright.blueprint.suggestion import nearest
from backwright.blueprint.text import Text
from backwright.diagnostics import Diagnostic, Origin
from backwright.plan.expressions import compile_expression
from backwright.plan.expressions.scope import Scope, Shape
from backwright.plan.expressions.tree import Expression
from backwright.plan.expressions.types import Typing
from backwright.plan.model import (
    Channel,
    Check,
    Computed,
    Event,
    Field,
    Identity,
    Index,
    Job,
    Lifecycle,
    Limit,
    Operation,
    Part,
    Port,
    Rule,
)

__all__ = ["Draft", "EntityDraft"]

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class EntityDraft:
    """An entity as far as it is resolved."""

    node: EntityNode
    plural: str = ""
    owner: str | None = None
    fields: list[Field] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    lifecycle: Lifecycle | None = None
    state_field: str | None = None
    whole: str | None = None
    cached: int | None = None
    back: str | None = None

    @property
    def name(self) -> str:
        return self.node.name.name

    def find(self, name: str) -> Field | None:
        """The stored field of that name."""
        return next((candidate for candidate in self.fields if candidate.name == name), None)


@dataclass(slots=True)
class Draft:
    """What the passes share. Expressions that use an `unreadable` name, whose type is wrong, are not judged again."""

    blueprint: Blueprint
    entities: dict[str, EntityDraft]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    identity: Identity | None = None
    operations: list[Operation] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    shapes: dict[str, Shape] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def say(self, code: str, message: str, origin: Origin, advice: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, origin, advice))

    def unknown(self, code: str, what: str, word: Text, known: Iterable[str]) -> None:
        """Report a name that does not exist, with the nearest that does."""
        names = sorted(set(known))
        advice = nearest(word.value, names) or (f"Known: {', '.join(names)}." if names else "None is declared.")
        self.say(code, f"{what} '{word.value}'", word.origin, advice)

    def entity(self, word: Text) -> EntityDraft | None:
        """The entity that a word names; reported where there is none."""
        found = self.entities.get(word.value)
        if found is None:
            self.unknown("name/unknown-entity", "there is no entity", word, self.entities)
        return found

    def scope(self, this: str | None, variables: dict[str, Typing] | None = None) -> Scope:
        """The scope of an expression that speaks of a row of `this`."""
        owner = self.entities[this].owner if this else None
        identity = self.identity
        return Scope(
            shapes=self.shapes,
            this=this,
            me=identity.entity if identity else None,
            roles=identity.roles if identity else (),
            owner=owner,
            variables=variables or {},
        )

    def compile(self, text: Text, scope: Scope, expected: Typing | None) -> Expression | None:
        """The typed tree of an expression; what is wrong with it is reported at its place in the file."""
        if self.unreadable and not self.unreadable.isdisjoint(_WORD.findall(text.value)):
            return None
        expression, found = compile_expression(text.value, Origin(text.origin.file, 1, 1), scope, expected)
        starts = [0, *(match.end() for match in re.finditer("\n", text.value))]
        for problem in found:
            line = min(max(problem.origin.line, 1), len(starts))
            offset = starts[line - 1] + max(problem.origin.column - 1, 0)
            origin = text.at(min(offset, len(text.value)))
            self.diagnostics.append(Diagnostic(problem.code, problem.message, origin, problem.help, problem.severity))
        return None if any(problem.severity == "error" for problem in found) else expression
