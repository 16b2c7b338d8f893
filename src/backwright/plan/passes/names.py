"""Declared names: their form, reserved words, and ids that are unique among siblings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backwright.blueprint.nodes import EntityNode, FieldNode, InputNode, MemberNode, Name, PortNode, TypeNode
from backwright.blueprint.read_ports import THEN_KEYS
from backwright.diagnostics import Origin
from backwright.plan.draft import Draft
from backwright.plan.naming import snake
from backwright.plan.plural import plural

__all__ = ["LONGEST", "RESERVED_FIELDS", "RESERVED_WORDS", "is_variable_name", "names"]

RESERVED_FIELDS = ("id", "createdAt", "updatedAt")
RESERVED_WORDS = frozenset(
    (
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"),
        *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
    )
)
_LOCAL_WORDS = RESERVED_WORDS | {"me", "this", "input", "now", "owner"}
LONGEST = 60
_ENTITY = re.compile(r"[A-Z][A-Za-z0-9]*\Z")
_MEMBER = re.compile(r"[a-z][A-Za-z0-9_]*\Z")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


def names(draft: Draft) -> None:
    """Check every declared name but those of variables, which `operations` sees in their scope."""
    blueprint = draft.blueprint
    if not re.search(r"[A-Za-z0-9]", blueprint.app.name) and blueprint.app.name:
        reason = "the application's name needs a letter from A to Z or a digit: databases and packages are named by it"
        draft.say("name/form", reason, blueprint.app.origin, "Say the rest in 'summary', which holds any text.")
    _siblings(draft, "entity", [entity.name for entity in blueprint.entities])
    _siblings(draft, "operation", [operation.name for operation in blueprint.operations])
    _siblings(draft, "event", [event.name for event in blueprint.events])
    _siblings(draft, "port", [port.name for port in blueprint.ports])
    _siblings(draft, "job", [job.name for job in blueprint.jobs])
    for entity in blueprint.entities:
        _entity(draft, entity)
    for operation in blueprint.operations:
        _member(draft, "an operation", operation.name)
        _inputs(draft, operation.inputs)
    for event in blueprint.events:
        _check(draft, "an event", event.name, _ENTITY, "letters and digits, beginning with a capital letter")
        _inputs(draft, event.members)
    for port in blueprint.ports:
        _port(draft, port)
    for job in blueprint.jobs:
        _member(draft, "a job", job.name)
    if blueprint.identity is not None:
        _siblings(draft, "role", blueprint.identity.roles, are_values=True)
        for role in blueprint.identity.roles:
            _check(draft, "a role", role, _WORD, "letters, digits, '-' and '_', beginning with a letter")
    _tables(draft)


def _entity(draft: Draft, entity: EntityNode) -> None:
    if _check(draft, "an entity", entity.name, _ENTITY, "letters and digits, beginning with a capital letter"):
        _length(draft, plural(entity.name.name), entity.name.origin)
    states = entity.lifecycle.states if entity.lifecycle else ()
    transitions = entity.lifecycle.transitions if entity.lifecycle else ()
    declared: tuple[MemberNode, ...] = (*entity.fields, *entity.parts, *entity.computed)
    members = [node.name for node in declared]
    _siblings(draft, "field, part or computed field", members)
    _siblings(draft, "check", [check.name for check in entity.checks])
    _siblings(draft, "state", states, are_values=True)
    _siblings(draft, "transition", [transition.name for transition in transitions])
    for name in members:
        if _member(draft, "a field", name) and name.name in RESERVED_FIELDS:
            reason = f"every entity has '{name.name}' already; nobody declares it"
            draft.say("name/reserved", reason, name.origin, "Remove it, or choose another name.")
        if name.name == "q" and any(field.searchable for field in entity.fields):
            reason = "lists of an entity with 'searchable' fields are searched by 'q'"
            draft.say("name/reserved", reason, name.origin, "Choose another name.")
        if name.name == "include" and (entity.parts or any(_refers(field) for field in entity.fields)):
            reason = "reads of an entity with references or parts take 'include'"
            draft.say("name/reserved", reason, name.origin, "Choose another name.")
    for name in (*(check.name for check in entity.checks), *(transition.name for transition in transitions)):
        _member(draft, "a check or transition", name)
    for name in states:
        _check(draft, "a state", name, _WORD, "letters, digits, '-' and '_', beginning with a letter")
    if entity.plural is not None and not _MEMBER.match(entity.plural.value):
        reason = f"'{entity.plural.value}' cannot be a plural"
        draft.say("name/form", reason, entity.plural.origin, "Use letters and digits, beginning with a small letter.")


def _refers(field: FieldNode) -> bool:
    return field.type is not None and field.type.entity is not None


def _port(draft: Draft, port: PortNode) -> None:
    _member(draft, "a port", port.name)
    _siblings(draft, "call", [call.name for call in port.calls])
    for call in port.calls:
        _member(draft, "a call", call.name)
        _inputs(draft, call.inputs)
        _siblings(draft, "outcome", call.outcomes)
        for outcome in call.outcomes:
            if _member(draft, "an outcome", outcome) and outcome.name in THEN_KEYS:
                reason = f"'{outcome.name}' is a word of 'then', where the steps of an outcome stand under its name"
                draft.say("name/reserved", reason, outcome.origin, "Choose another name.")


def _inputs(draft: Draft, inputs: Iterable[InputNode]) -> None:
    inputs = tuple(inputs)
    _siblings(draft, "input", [node.name for node in inputs])
    for node in inputs:
        _member(draft, "an input", node.name)
        kind: TypeNode | None = node.type
        while kind is not None:
            _inputs(draft, kind.inputs or ())
            kind = kind.of


def _member(draft: Draft, what: str, name: Name) -> bool:
    return _check(draft, what, name, _MEMBER, "letters, digits and '_', beginning with a small letter")


def _check(draft: Draft, what: str, name: Name, form: re.Pattern[str], words: str) -> bool:
    if not form.match(name.name):
        draft.say("name/form", f"'{name.name}' cannot be the name of {what}", name.origin, f"Use {words}.")
        return False
    if name.name in RESERVED_WORDS:
        reason = f"'{name.name}' is a word of the expression language"
        draft.say("name/reserved", reason, name.origin, "Choose another name.")
        return False
    return _length(draft, name.name, name.origin)


def _length(draft: Draft, name: str, origin: Origin) -> bool:
    if len(snake(name)) <= LONGEST:
        return True
    reason = f"'{snake(name)[:30]}…' is longer than {LONGEST} characters, which PostgreSQL would cut"
    draft.say("name/too-long", reason, origin, "Choose a shorter name.")
    return False


def _siblings(draft: Draft, what: str, siblings: Iterable[Name], *, are_values: bool = False) -> None:
    """`are_values` is of those that no generated file makes a name of."""
    by_name: dict[str, Name] = {}
    by_id: dict[str, Name] = {}
    by_snake: dict[str, Name] = {}
    for name in siblings:
        first = by_name.setdefault(name.name, name)
        if first is not name:
            reason = f"a second {what} named '{name.name}'; the first is on line {first.origin.line}"
            draft.say("name/duplicate", reason, name.origin, "Choose another name.")
            continue
        holder = by_id.setdefault(name.id, name)
        if holder is not name:
            reason = f"'{name.name}' and '{holder.name}' have the same id '{name.id}'"
            draft.say("name/duplicate-id", reason, name.origin, "Only a renamed element carries an old id.")
        alike = by_snake.setdefault(snake(name.name), name)
        if alike is not name and not are_values:
            reason = f"'{name.name}' and '{alike.name}' differ in capitals and underscores only"
            draft.say("name/collision", reason, name.origin, "Choose another name.")


def _tables(draft: Draft) -> None:
    tables: dict[str, str] = {}
    for name, entity in draft.entities.items():
        chosen = entity.node.plural.value if entity.node.plural else plural(name)
        entity.plural = chosen
        holder = tables.setdefault(snake(chosen), name)
        if holder != name:
            origin = entity.node.plural.origin if entity.node.plural else entity.node.origin
            reason = f"'{name}' and '{holder}' would share the table '{snake(chosen)}'"
            draft.say("name/collision", reason, origin, "Give one of them another 'plural'.")


def is_variable_name(name: str) -> bool:
    """Whether a step may give this name to a row or a value."""
    return bool(_MEMBER.match(name)) and name not in _LOCAL_WORDS
