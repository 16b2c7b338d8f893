"""Titles of tests: `when a member reads somebody else's note, then it is not there`."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.names import snake
from backwright.lowering.specimens.rules import RuleCase
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Expression, Value, references
from backwright.plan.model import Entity, Reference

__all__ = ["a", "differing", "facts", "phrase", "somebody", "words"]


def words(name: str) -> str:
    """`LineItem` to `line item`."""
    return snake(name).replace("_", " ")


def a(phrase: str) -> str:
    """With its article."""
    return f"{'an' if phrase[:1].lower() in 'aeiou' else 'a'} {phrase}"


def somebody(role: str | None) -> str:
    """The caller."""
    return a(words(role)) if role else "somebody without an account"


Facts = dict[str, str]


def facts(world: World, this: str, expressions: tuple[Expression, ...]) -> Facts:
    """What conditions read of a row, in words."""
    found: Facts = {}
    if this == world.me:
        found["this"] = "own"
    for expression in expressions:
        for path in references(expression):
            if path.root == "this" and path.names:
                found |= dict(_along(world, this, path.names, ""))
    return found


def _along(world: World, name: str, names: tuple[str, ...], before: str) -> Iterator[tuple[str, str]]:
    row = world.rows[name]
    member, rest = names[0], names[1:]
    field = next((each for each in row.entity.fields if each.name == member), None)
    if field is None:
        return
    value = row.values[member]
    phrase = f"{before}{words(member)}"
    if isinstance(field.type, Reference):
        if _is_account(world, field.type) or not rest:
            yield phrase, _whom(world, value)
        elif isinstance(value, str):
            yield from _along(world, value, rest, f"{phrase}'s ")
    elif isinstance(value, bool):
        yield phrase, "true" if value else "false"
    else:
        yield phrase, "empty" if value is None else words(str(value)) if str(value).isalpha() else str(value)


def _is_account(world: World, kind: Reference) -> bool:
    identity = world.plan.identity
    return identity is not None and identity.entity == kind.entity


def _whom(world: World, value: Value) -> str:
    if value is None:
        return "nobody"
    return "the caller" if value == world.me else "somebody else"


def phrase(entity: Entity, told: Facts) -> str:
    """The row with the facts worth telling."""
    thing = words(entity.name)
    if told.get("this") == "own":
        return f"their own {thing}"
    if told.get("this") == "other":
        return f"somebody else's {thing}"
    owner = words(entity.owner) if entity.owner else ""
    rest = [f"whose {name} is {value}" for name, value in told.items() if name not in ("this", owner)]
    whose = told.get(owner, "")
    start = {"the caller": f"their own {thing}", "somebody else": f"somebody else's {thing}"}.get(whose, a(thing))
    return " ".join([start, " and ".join(rest)]) if rest else start


def differing(case: RuleCase, others: tuple[RuleCase, ...], expressions: tuple[Expression, ...]) -> Facts:
    """The facts in which a case differs from what else could be with the same caller."""
    own = facts(case.world, case.this, expressions)
    apart = [facts(other.world, other.this, expressions) for other in others]
    if not apart:
        return {}
    names = [name for name in own if any(other.get(name) != own[name] for other in apart)]
    told = {name: own[name] for name in names}
    if not told and any("this" in other for other in apart):
        return {"this": "other"}
    return told
