"""Rules as lists of alternatives, so that one can be narrowed without reading it as text twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["ANYONE", "SIGNED", "alternatives", "limited_to_own", "role_term", "rule_of", "without_role"]

ANYONE = "true"
SIGNED = "me != null"
_LIST = re.compile(r"me\.role in \[([^\]]*)\]")
_ROLE = re.compile(r"me\.role == '(\w+)'")


def role_term(role: str) -> str:
    """The alternative that is a role alone."""
    return f"me.role == '{role}'"


def alternatives(rule: str) -> list[str]:
    """The alternatives of a rule, each role by itself."""
    found: dict[str, None] = {}
    for term in _split(rule):
        listed = _LIST.fullmatch(term)
        names = re.findall(r"'(\w+)'", listed[1]) if listed else []
        found |= dict.fromkeys([role_term(name) for name in names] or [term])
    return list(found)


def _split(rule: str) -> list[str]:
    found: list[str] = []
    depth = start = 0
    for at, letter in enumerate(rule):
        depth += (letter in "([") - (letter in ")]")
        if not depth and rule.startswith(" || ", at):
            found.append(rule[start:at])
            start = at + 4
    found.append(rule[start:])
    result: list[str] = []
    for term in (piece.strip() for piece in found if piece.strip()):
        inner = term[1:-1] if term.startswith("(") and _closes(term) else ""
        result += _split(inner) if inner else [term]
    return result


def _closes(term: str) -> bool:
    """Whether the bracket that a term begins with is the one that it ends with."""
    depth = 0
    for at, letter in enumerate(term):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return at == len(term) - 1
    return False


def rule_of(terms: Iterable[str], order: Sequence[str]) -> str:
    """The rule of alternatives; roles come last and in their order."""
    kept = list(dict.fromkeys(" && ".join(dict.fromkeys(term.split(" && "))) for term in terms))
    if ANYONE in kept:
        return ANYONE
    named = {match[1] for term in kept if (match := _ROLE.fullmatch(term))}
    roles = [role for role in order if role in named]
    others = [term for term in kept if not _ROLE.fullmatch(term)]
    if len(others) + bool(roles) > 1:
        others = [f"({term})" if " && " in term else term for term in others]
    if len(roles) == 1:
        others.append(role_term(roles[0]))
    elif roles:
        others.append("me.role in [" + ", ".join(f"'{role}'" for role in roles) + "]")
    return " || ".join(others)


def without_role(terms: Iterable[str], role: str, own: Iterable[str], order: Sequence[str]) -> list[str]:
    """The alternatives that are left when a role may not; `own` are the paths that name somebody of the role."""
    kept: list[str] = []
    paths = {f"{path} == me" for path in own}
    for term in terms:
        parts = term.split(" && ")
        if term in (ANYONE, SIGNED):
            kept += [role_term(other) for other in order if other != role]
        elif role_term(role) in parts or paths & set(parts):
            continue
        elif any(_ROLE.fullmatch(part) for part in parts) or not any(part.endswith(" == me") for part in parts):
            kept.append(term if any("me.role" in part for part in parts) else f"{term} && me.role != '{role}'")
        else:
            kept.append(f"{term} && me.role != '{role}'")
    return kept


def limited_to_own(terms: Iterable[str], role: str, own: Sequence[str], order: Sequence[str]) -> list[str]:
    """The alternatives when a role sees no more than what is its own."""
    kept: list[str] = [f"{path} == me" for path in own]
    for term in terms:
        if term in (ANYONE, SIGNED):
            kept += [role_term(other) for other in order if other != role]
        elif role_term(role) in term.split(" && ") and not any(part.endswith(" == me") for part in term.split(" && ")):
            continue
        else:
            kept.append(term)
    return kept
