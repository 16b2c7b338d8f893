"""Writes the blueprint as YAML that reads well: short mappings in one line, no text of the brief unquoted."""

from __future__ import annotations

import json
import re

from backwright.packs import Data
from backwright.sources.brief.draft import Draft, EntityDraft

__all__ = ["emit"]

_WIDTH = 110
_PLAIN = re.compile(r"^[A-Za-z][A-Za-z0-9 _.()<>=+*/'|&!?-]*$")
_PLAIN_BLOCK = re.compile(r"^[A-Za-z][A-Za-z0-9 _.()<>=+*/'|&!?,\[\]-]*$")
_MISREAD = frozenset("true false null yes no on off y n ~".split())


def scalar(text: str, flow: bool) -> str:
    """A string as YAML."""
    pattern = _PLAIN if flow else _PLAIN_BLOCK
    if pattern.match(text) and text.lower() not in _MISREAD and not text.endswith(" ") and " #" not in text:
        return text
    if re.fullmatch(r"-?\d+", text) or re.fullmatch(r"\d+\.\.\d+", text):
        return text
    if "'" not in text and text.isprintable() and text.isascii():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=True)


def _flow(data: Data) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_flow(item) for item in data) + "]"
    return scalar(data, True) if data not in ("true", "false") else data


def _block(data: dict[str, Data], indent: int) -> list[str]:
    lines: list[str] = []
    pad = " " * indent
    for key, value in data.items():
        if isinstance(value, str):
            lines.append(f"{pad}{key}: {scalar(value, False) if key not in _BARE else value}")
        elif _one_line(key, value, indent):
            lines.append(f"{pad}{key}: {_flow(value)}")
        elif isinstance(value, dict):
            lines.append(f"{pad}{key}:")
            lines.extend(_block(value, indent + 2))
        else:
            lines.append(f"{pad}{key}:")
            lines.extend(_sequence(value, indent + 2))
    return lines


_BARE = frozenset(["idempotent"])
_SHORT = frozenset("from states login roles set otherwise each of input unique let".split())


def _one_line(key: str, value: Data, indent: int) -> bool:
    if key not in _SHORT:
        return False
    if key == "input" and isinstance(value, dict) and any(not isinstance(item, str) for item in value.values()):
        return False
    return indent + len(key) + 2 + len(_flow(value)) <= _WIDTH


def _sequence(items: list[Data], indent: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict):
            block = _block(item, indent + 2)
            lines.append(" " * indent + "- " + block[0].lstrip())
            lines.extend(block[1:])
        else:
            lines.append(" " * indent + "- " + _flow(item))
    return lines


def emit(draft: Draft) -> str:
    """The YAML text of a blueprint."""
    document: dict[str, Data] = {}
    app: dict[str, Data] = {"name": draft.name}
    if draft.summary:
        app["summary"] = draft.summary
    document["app"] = app
    if draft.identity:
        document["identity"] = {"entity": "User", "login": ["email", "password"], "roles": list(draft.roles)}
    document["entities"] = {name: _entity(entity) for name, entity in draft.entities.items()}
    if draft.operations:
        document["operations"] = {name: operation for name, (operation, _) in draft.operations.items()}
    return "backwright: 1\n" + "\n".join(_block(document, 0)) + "\n"


def _entity(entity: EntityDraft) -> Data:
    body: dict[str, Data] = {}
    if entity.plural:
        body["plural"] = entity.plural
    if entity.owner:
        body["owner"] = entity.owner
    for key, members in (
        ("fields", entity.fields),
        ("parts", entity.parts),
        ("computed", entity.computed),
        ("checks", entity.checks),
    ):
        if members:
            body[key] = {name: member.notation for name, member in members.items()}
    if entity.unique:
        body["unique"] = [list(names) for names in entity.unique]
    if entity.lifecycle is not None:
        transitions: dict[str, Data] = {}
        for name, move in entity.lifecycle.transitions.items():
            source: Data = move.sources[0] if len(move.sources) == 1 else list(move.sources)
            transitions[name] = {"from": source, "to": move.target, "allow": move.allow}
            if move.steps:
                transitions[name] = {"from": source, "to": move.target, "allow": move.allow, "steps": move.steps}
        body["lifecycle"] = {
            "field": entity.lifecycle.field,
            "states": list(entity.lifecycle.states),
            "transitions": transitions,
        }
    if entity.allow:
        body["allow"] = {action: rule.notation for action, rule in entity.allow.items()}
    return body
