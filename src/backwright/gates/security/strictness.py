"""D5 to D7, D13: values of another type, beyond every range, and texts that are longer than they look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import Stage

__all__ = ["strictness"]

_OTHERS: Mapping[str, tuple[object, ...]] = {
    "integer": ("1", True, 1.5, [], {}, "", "abc"),
    "string": (1, True, [], {}, 1.5),
    "boolean": ("true", 1, 0, [], "on"),
    "array": ({}, "x", 1, True),
    "object": ([], "x", 1),
}
_NUMBERS = (2**31, -(2**31), 2**53 + 1, -(2**53) - 1, 2**63, -(2**63), 10**30)
_WRITTEN = ("1e400", "-1e400", "1e308", "-0", "1.0000000000000001", "0.1e1")
_ODD = (
    "e\u0301",
    "\u00e9",
    "a\u200db",
    "\u202eabc",
    "\U0001f98a",
    "\ufeffx",
    "z\u0300\u0301\u0302",
    "\u0130",
    "\u1e9e",
)
_NO_NUL = r"^[^\u0000]*$"


def strictness(stage: Stage, cast: Cast) -> None:
    """Every member of every body."""
    for each in cast.with_body:
        operation = stage.surface.operation(each.attack.method, each.attack.template)
        schema = (operation.body or {}) if operation else {}
        for name, own in dict(schema.get("properties", {})).items():
            _types(stage, each, name, own)
            _ranges(stage, each, name, own)
            _characters(stage, each, name, own)
        for path, body in _with_strangers(each.members):
            stage.attack(each.as_check("D7", f"an unknown member {path}", 422, body=body))
        others: tuple[object, ...] = ([each.members], "x", 1, True, [], [None])
        for other in others:
            stage.attack(each.as_check("D5", f"the body is {str(other)[:20]}", 422, body=other))
        stage.attack(each.as_check("D5", "the body is null", 422, body=b"null"))


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def _types(stage: Stage, each: Exemplar, name: str, schema: Mapping[str, Any]) -> None:
    """D5: nothing is taken for something else."""
    kinds = _kinds(schema)
    if not kinds or {"object", "array"} <= set(kinds):
        return
    wrong = [value for kind in kinds[:1] for value in _OTHERS.get(kind, ())]
    for value in (*wrong, *(() if "null" in kinds else (None,))):
        body = {**each.members, name: value}
        stage.attack(each.as_check("D5", f"'{name}' is {json.dumps(value)}", 422, body=body))


def _ranges(stage: Stage, each: Exemplar, name: str, schema: Mapping[str, Any]) -> None:
    """D6: numbers are refused, or come back as they went."""
    if "integer" not in _kinds(schema):
        return
    low, high = schema.get("minimum"), schema.get("maximum")
    for number in _NUMBERS:
        if (low is not None and number < low) or (high is not None and number > high):
            stage.attack(each.as_check("D6", f"'{name}' is {number}", 422, body={**each.members, name: number}))
    for word in _WRITTEN:
        members = json.dumps({**each.members, name: "\0"})
        attack = each.as_check("D6", f"'{name}' is {word}", body=members.replace('"\\u0000"', word).encode())
        reply = stage.attack(attack)
        found = reply.member(name)
        if reply.status < 300 and found is not None and (isinstance(found, bool) or found != float(word)):
            stage.fail("gate/security-input", attack, reply, f"'{name}' came back as {found}")


def _characters(stage: Stage, each: Exemplar, name: str, schema: Mapping[str, Any]) -> None:
    """D13: a text is as long as it has code points, and comes back as it went."""
    limit = schema.get("maxLength")
    if "string" not in _kinds(schema) or schema.get("pattern") != _NO_NUL or not limit or "format" in schema:
        return
    longest = "\U0001f98a" * min(int(limit), 20_000)
    for text, wanted in [(longest, (200, 201, 202))] if each.success < 300 and limit <= 20_000 else []:
        _kept(stage, each, name, text, wanted)
        attack = each.as_check(
            "D13", f"'{name}' is one character too long", 422, body={**each.members, name: f"{text}x"}
        )
        stage.attack(attack)
    for text in _ODD:
        if len(text) >= int(schema.get("minLength", 0)):
            _kept(stage, each, name, text, ())
    marks = "z" + "\u0301" * 10_000
    if limit < len(marks):
        stage.attack(each.as_check("D13", f"'{name}' has 10,000 marks", 422, body={**each.members, name: marks}))


def _kept(stage: Stage, each: Exemplar, name: str, text: str, wanted: tuple[int, ...]) -> None:
    attack = replace(
        each.as_check("D13", f"'{name}' is {len(text)} code points", *wanted), body={**each.members, name: text}
    )
    reply = stage.attack(attack)
    if reply.status < 300 and reply.member(name) not in (None, text):
        stage.fail("gate/security-input", attack, reply, f"'{name}' came back changed")


def _with_strangers(body: dict[str, object], path: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """The body with a member that nobody knows, at every level."""
    yield f"{path}/gateProbe", {**body, "gateProbe": 1}
    for name, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for inner, changed in _with_strangers(value[0], f"{path}/{name}/0"):
                yield inner, {**body, name: [changed, *value[1:]]}
