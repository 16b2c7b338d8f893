"""Blueprints that are refused: `«code»` stands where the diagnostic points; nothing else may be reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backwright.plan.build import compile_blueprint

CASES = Path(__file__).parents[1] / "cases" / "refused"
MARK = re.compile("«([a-z/-]+)»")
HEAD = "backwright: 1\napp: {name: T}\n"
IDENTITY = (
    HEAD
    + "identity: {entity: User, login: [email, password], roles: [user, admin]}\n"
    + "entities:\n  User:\n    fields: {email: email unique}\n    allow: {read: true}\n"
)


def _cases() -> Iterator[tuple[str, str]]:
    for file in sorted(CASES.glob("*.txt")):
        for block in file.read_text(encoding="utf-8").split("=== ")[1:]:
            title, _, body = block.partition("\n")
            yield f"{file.stem}: {title}", body.replace("@head\n", HEAD).replace("@identity\n", IDENTITY)


ALL = tuple(_cases())


@pytest.mark.parametrize(("title", "marked"), ALL, ids=[title for title, _ in ALL])
def test_what_is_refused_and_where(title: str, marked: str) -> None:
    expected: list[tuple[int, int, str]] = []
    lines: list[str] = []
    for number, line in enumerate(marked.split("\n"), start=1):
        clean = ""
        position = 0
        for match in MARK.finditer(line):
            clean += line[position : match.start()]
            expected.append((number, len(clean) + 1, match[1]))
            position = match.end()
        lines.append(clean + line[position:])
    assert expected, "a case marks what it expects"
    plan, found = compile_blueprint("\n".join(lines), "blueprint.yaml")
    assert plan is None
    assert sorted((p.origin.line, p.origin.column, p.code) for p in found) == sorted(expected)
    assert all(p.message for p in found)


def test_there_are_many_cases() -> None:
    assert len(ALL) >= 60
