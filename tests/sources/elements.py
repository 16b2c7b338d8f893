"""The elements of a blueprint as short strings, and those that a hand-written expectation names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

__all__ = ["CORPUS", "FRESH", "Case", "atoms", "cases", "fresh", "load", "rules"]

CORPUS = Path(__file__).parent / "corpus"
# Briefs whose expectations were written before the grammar had seen them.
FRESH = Path(__file__).parent / "fresh"


def load(text: str) -> dict[str, object]:
    loaded = YAML(typ="safe", pure=True).load(text)
    assert isinstance(loaded, dict)
    return loaded


@dataclass(frozen=True)
class Case:
    """A brief and what a reader of it expects."""

    name: str
    brief: str
    roles: list[str] = field(default_factory=list)
    entities: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    refused: str = ""
    never: list[str] = field(default_factory=list)
    statements: Mapping[str, str] = field(default_factory=dict)


def cases() -> list[Case]:
    return [Case(path.stem, **load(path.read_text())) for path in sorted(CORPUS.glob("*.yaml"))]  # type: ignore[arg-type]


def fresh() -> list[Case]:
    yaml = YAML(typ="safe", pure=True)
    return [Case(**entry) for path in sorted(FRESH.glob("*.yaml")) for entry in yaml.load(path.read_text())]


def atoms(rule: str) -> set[str]:
    """The alternatives of a rule: `hr` for a role, `=employee` for ownership, `anyone`, `signed in`."""
    found: set[str] = set()
    for term in _alternatives(rule):
        listed = re.fullmatch(r"me\.role in \[(.*)\]", term)
        if listed:
            found |= set(re.findall(r"'(\w+)'", listed[1]))
        else:
            # Who is left out of an alternative only makes it narrower.
            found.add(" && ".join(_atom(part) for part in term.split(" && ") if not part.startswith("me.role != ")))
    return found


def _alternatives(rule: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, letter in enumerate(rule):
        depth += (letter == "(") - (letter == ")")
        if not depth and rule.startswith(" || ", at):
            yield from _inner(rule[start:at])
            start = at + 4
    if rule:
        yield from _inner(rule[start:])


def _inner(term: str) -> Iterator[str]:
    term = term.strip()
    if term.startswith("(") and term.endswith(")"):
        yield from _alternatives(term[1:-1])
    else:
        yield term


def _atom(part: str) -> str:
    if part == "true":
        return "anyone"
    if part == "me != null":
        return "signed in"
    role = re.fullmatch(r"me\.role == '(\w+)'", part)
    mine = re.fullmatch(r"([\w.]+) == me", part)
    return role[1] if role else f"={mine[1]}" if mine else part


def rules(entity: Mapping[str, object]) -> dict[str, str]:
    """Every rule of an entity by the name of the action or of the transition."""
    allow = entity.get("allow", {})
    lifecycle = entity.get("lifecycle", {})
    assert isinstance(allow, dict)
    assert isinstance(lifecycle, dict)
    moves = {name: move["allow"] for name, move in lifecycle.get("transitions", {}).items()}
    return {
        name: str(rule).lower() if isinstance(rule, bool) else str(rule) for name, rule in {**moves, **allow}.items()
    }
