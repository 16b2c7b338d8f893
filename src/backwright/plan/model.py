"""The plan: what a blueprint means, fully resolved. Frozen values, closed unions, no framework word in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal as ExactDecimal
from typing import Literal

from backwright.diagnostics import Origin
from backwright.plan.expressions.tree import Expression

__all__ = [
    "Action",
    "Assignment",
    "Bool",
    "Call",
    "Channel",
    "Check",
    "Computed",
    "CreateStep",
    "Date",
    "DeleteStep",
    "Each",
    "EachStep",
    "EmitStep",
    "Entity",
    "Enumeration",
    "ErrorCase",
    "Event",
    "Exact",
    "Field",
    "Identity",
    "Index",
    "Input",
    "Integer",
    "Job",
    "Json",
    "LetStep",
    "Lifecycle",
    "Limit",
    "ListOf",
    "NamedRow",
    "Operation",
    "Outcome",
    "Part",
    "Plan",
    "Port",
    "Record",
    "Reference",
    "RequireStep",
    "Requirement",
    "Retirement",
    "Rule",
    "Step",
    "Text",
    "Then",
    "Timestamp",
    "Transition",
    "Type",
    "UpdateStep",
    "Uuid",
]

Action = Literal["read", "create", "update", "delete"]
TextFormat = Literal["plain", "email", "url", "slug", "phone"]
OnDelete = Literal["restrict", "cascade", "clear"]


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, counted in code points."""

    min_length: int = 0
    max_length: int = 200
    format: TextFormat = "plain"
    pattern: str | None = None
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within 2^53-1; `wide` numbers travel as strings and hold 64 bits."""

    minimum: int
    maximum: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact decimal; money has scale 2. A bound in `above`/`below` is exclusive."""

    precision: int
    scale: int
    minimum: ExactDecimal | None = None
    maximum: ExactDecimal | None = None
    above: ExactDecimal | None = None
    below: ExactDecimal | None = None
    money: bool = False


@dataclass(frozen=True, slots=True)
class Bool:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day without a time zone."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An instant in UTC with milliseconds."""


@dataclass(frozen=True, slots=True)
class Uuid:
    """A UUID of any version."""


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON value, opaque to expressions."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of a closed set of words."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of another entity, by its id."""

    entity: str
    on_delete: OnDelete = "restrict"


@dataclass(frozen=True, slots=True)
class Record:
    """A group of named inputs, the element of an input list."""

    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list in an operation's input."""

    item: Type
    min_size: int = 0
    max_size: int = 100


Type = Text | Integer | Exact | Bool | Date | Timestamp | Uuid | Json | Enumeration | Reference | Record | ListOf


@dataclass(frozen=True, slots=True)
class Field:
    """A stored value of an entity.

    `default` is a canonical literal: text for exact numbers and times, else the JSON value.
    """

    id: str
    name: str
    type: Type
    origin: Origin
    optional: bool = False
    unique: bool = False
    immutable: bool = False
    searchable: bool = False
    personal: bool = False
    secret: bool = False
    default: str | int | bool | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A value derived on reading."""

    id: str
    name: str
    expression: Expression
    origin: Origin


@dataclass(frozen=True, slots=True)
class Part:
    """A composition: rows of `entity` that live inside their whole; `back` names the implied reference."""

    id: str
    name: str
    entity: str
    back: str
    min_size: int
    max_size: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Check:
    """A condition between fields of one row."""

    id: str
    expression: Expression
    origin: Origin


@dataclass(frozen=True, slots=True)
class Index:
    """An access path over fields, in order."""

    fields: tuple[str, ...]
    unique: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do an action: `expression` over `this` and `me`; the roles that could ever satisfy it."""

    action: str
    expression: Expression
    roles: tuple[str, ...]
    anonymous: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """A named error of an operation with its HTTP status."""

    name: str
    status: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Input:
    """A named input of an operation."""

    id: str
    name: str
    type: Type
    optional: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Assignment:
    """`field` gets the value of `expression`."""

    field: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Each:
    """A loop's source, an input list (`input.lines`) or the parts of a row (`this.lines`), and its element's name."""

    source: Expression
    variable: str


@dataclass(frozen=True, slots=True)
class CreateStep:
    entity: str
    name: str | None
    assignments: tuple[Assignment, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class UpdateStep:
    """Writes columns of the one row that `target` points at; inside the assignments `this` is that row."""

    entity: str
    target: Expression
    assignments: tuple[Assignment, ...]
    otherwise: ErrorCase | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class DeleteStep:
    entity: str
    target: Expression
    otherwise: ErrorCase | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class RequireStep:
    expression: Expression
    otherwise: ErrorCase
    origin: Origin


@dataclass(frozen=True, slots=True)
class LetStep:
    name: str
    expression: Expression
    origin: Origin


@dataclass(frozen=True, slots=True)
class EmitStep:
    """Writes an event into the outbox; the assignments are those of its members."""

    event: str
    assignments: tuple[Assignment, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class EachStep:
    each: Each
    steps: tuple[Step, ...]
    origin: Origin


Step = CreateStep | UpdateStep | DeleteStep | RequireStep | LetStep | EmitStep | EachStep


@dataclass(frozen=True, slots=True)
class Transition:
    """A guarded move of a lifecycle; `this` is the row."""

    id: str
    name: str
    sources: tuple[str, ...]
    target: str
    rule: Rule
    require: tuple[RequireStep, ...]
    steps: tuple[Step, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`field` holds the state; only transitions write it."""

    field: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    origin: Origin
    state_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retirement:
    """Since when routes are deprecated, and the day on which they may go."""

    deprecated: date
    sunset: date | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of row.

    `fields` holds everything stored besides id and times: declared fields, the lifecycle's, the identity's `role` and
    a part's reference to its whole. Every write of a row of a `versioned` entity names the version that it means.
    Answers to reads may be kept for `cached` seconds; None means not at all.
    """

    id: str
    name: str
    plural: str
    summary: str
    fields: tuple[Field, ...]
    owner: str | None
    parts: tuple[Part, ...]
    computed: tuple[Computed, ...]
    checks: tuple[Check, ...]
    indexes: tuple[Index, ...]
    lifecycle: Lifecycle | None
    rules: tuple[Rule, ...]
    whole: str | None
    origin: Origin
    versioned: bool = False
    cached: int | None = None
    retirement: Retirement | None = None

    def field(self, name: str) -> Field:
        """The stored field of that name; KeyError when there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def rule(self, action: str) -> Rule | None:
        """The rule for an action, or None where the action does not exist."""
        return next((rule for rule in self.rules if rule.action == action), None)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs in: the entity, its login field, the roles (the first is what registration gives)."""

    entity: str
    login: str
    roles: tuple[str, ...]
    origin: Origin
    role_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A wish about quality, recorded with a dotted path such as `load.users`."""

    path: str
    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in so many `seconds`, by a caller of that kind or of that operation."""

    name: str
    requests: int
    seconds: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Call:
    """Something that an outside system is asked, and the outcomes that it may have."""

    id: str
    name: str
    inputs: tuple[Input, ...]
    outcomes: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Port:
    """An outside system behind an interface."""

    id: str
    name: str
    calls: tuple[Call, ...]
    origin: Origin

    def call(self, name: str) -> Call:
        """The call of that name; KeyError when there is none."""
        for candidate in self.calls:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row that an operation has named, for those who speak of it later."""

    name: str
    entity: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The steps that follow from one outcome of a call; nobody is their caller."""

    name: str
    steps: tuple[Step, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Then:
    """A call after the commit. `rows` are those of the operation's rows that the outcomes speak of."""

    port: str
    call: str
    assignments: tuple[Assignment, ...]
    outcomes: tuple[Outcome, ...]
    rows: tuple[NamedRow, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation: one transaction, typed input, steps."""

    id: str
    name: str
    method: str
    path: str
    rule: Rule
    idempotent: bool
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    returns: str | None
    status: int
    origin: Origin
    summary: str = ""
    retirement: Retirement | None = None
    then: Then | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that operations say has happened; `members` are what it tells."""

    id: str
    name: str
    members: tuple[Input, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Channel:
    """Where callers listen to events; `parameter` is the member that tells whose; its row has that name in the rule."""

    address: str
    parameter: Input | None
    rule: Rule
    events: tuple[str, ...]
    origin: Origin

    @property
    def entity(self) -> str | None:
        """What kind of row the parameter refers to."""
        return self.parameter.type.entity if self.parameter and isinstance(self.parameter.type, Reference) else None


@dataclass(frozen=True, slots=True)
class Job:
    """Steps for each row that `where` is true for, in which `this` is the row; nobody is their caller.

    It runs every so many `seconds`, or at `times` of the day in UTC.
    """

    id: str
    name: str
    seconds: int | None
    times: tuple[str, ...]
    entity: str
    variable: str
    where: Expression | None
    steps: tuple[Step, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole backend, resolved."""

    name: str
    summary: str
    identity: Identity | None
    entities: tuple[Entity, ...]
    operations: tuple[Operation, ...]
    requirements: tuple[Requirement, ...] = ()
    limits: tuple[Limit, ...] = ()
    events: tuple[Event, ...] = ()
    ports: tuple[Port, ...] = ()
    channels: tuple[Channel, ...] = ()
    jobs: tuple[Job, ...] = ()

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError when there is none."""
        for candidate in self.entities:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def event(self, name: str) -> Event:
        """The event of that name; KeyError when there is none."""
        for candidate in self.events:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def port(self, name: str) -> Port:
        """The port of that name; KeyError when there is none."""
        for candidate in self.ports:
            if candidate.name == name:
                return candidate
        raise KeyError(name)
