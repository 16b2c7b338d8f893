from __future__ import annotations

from pathlib import Path

import pytest

from backwright.blueprint import Blueprint, load_blueprint, read_text
from backwright.blueprint.nodes import FieldNode

HEAD = "backwright: 1\napp: {name: T}\nentities:\n  Thing:\n"


def _load(text: str) -> Blueprint:
    blueprint, found = load_blueprint(text, "b.yaml")
    assert found == ()
    assert blueprint is not None
    return blueprint


def _field(notation: str) -> FieldNode:
    return _load(f"{HEAD}    fields:\n      x: {notation}\n    allow: {{}}\n").entities[0].fields[0]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("string(1..80) unique", "{type: string, min: 1, max: 80, unique: true}"),
        ("int >= 0 default 0", "{type: int, min: 0, default: 0}"),
        ("money > 0", "{type: money, above: 0}"),
        ("int < 5", "{type: int, below: 5}"),
        ("enum(a, b) default b", "{type: enum, values: [a, b], default: b}"),
        ("decimal(12, 4) optional", "{type: decimal, precision: 12, scale: 4, optional: true}"),
        ("Other on delete cascade", "{type: reference, entity: Other, on_delete: cascade}"),
        ("Other", "{type: Other}"),
        ('string pattern "^[a-z ]+$" personal', '{type: string, pattern: "^[a-z ]+$", personal: true}'),
        ("text secret immutable searchable", "{type: text, secret: true, immutable: true, searchable: true}"),
        ('string default "two words"', '{type: string, default: "two words"}'),
    ],
)
def test_the_one_line_notation_means_its_canonical_form(short: str, long: str) -> None:
    assert _bare(_field(short)) == _bare(_field(long))


def test_lists_of_inputs() -> None:
    text = HEAD + "    allow: {}\noperations:\n  f:\n    route: POST /f\n    allow: true\n    input:\n"
    one = _load(text + "      x: list(string(1..4)) optional\n    steps: [{delete: input.x}]\n").operations[0].inputs[0]
    two = "      x: {type: list, of: {type: string, min: 1, max: 4}, optional: true}\n    steps: [{delete: input.x}]\n"
    assert _bare(one) == _bare(_load(text + two).operations[0].inputs[0])
    three = "      x: {type: list, of: {type: int, size: int}}\n    steps: [{delete: input.x}]\n"
    nested = _load(text + three).operations[0].inputs[0].type
    assert nested is not None
    assert nested.inputs is not None
    assert [item.name.name for item in nested.inputs] == ["type", "size"]


def test_a_rename_keeps_the_id() -> None:
    field = _load(HEAD + "    fields: {fullName#name: string}\n    allow: {}\n").entities[0].fields[0]
    assert (field.name.name, field.name.id) == ("fullName", "name")


@pytest.mark.parametrize(
    ("value", "wrong", "line", "column"),
    [
        ("a == zz", "zz", 6, 18),
        ("'a == zz'", "zz", 6, 19),
        ('"a == zz"', "zz", 6, 19),
        ("\"a == 'it' && zz\"", "zz", 6, 27),
        ("'a == ''it'' && zz'", "zz", 6, 29),
        ("|\n        a ==\n          zz", "zz", 8, 11),
        (">\n        a ==\n        zz", "zz", 8, 9),
        ("a ==\n        zz", "zz", 7, 9),
        ('"\\"x\\" == zz"', "zz", 6, 23),
    ],
)
def test_characters_inside_values_know_their_place(value: str, wrong: str, line: int, column: int) -> None:
    blueprint = _load(f"{HEAD}    allow:\n      read: {value}\n")
    expression = blueprint.entities[0].allow[0].expression
    origin = expression.at(expression.value.index(wrong))
    assert (origin.line, origin.column) == (line, column)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = HEAD + "    fields: {a: int}\n    allow: {read: a == 1}\n"
    assert _bare(_load(text)) == _bare(_load("\ufeff" + text.replace("\n", "\r\n")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: " + "[" * 60 + "]" * 60, "blueprint/too-deep"),
        ("# " + "x" * 1_000_001, "blueprint/too-large"),
        ("a: \x00", "blueprint/encoding"),
        ("a: \ud800", "blueprint/encoding"),
        ("", "blueprint/empty"),
        ("# only a comment\n", "blueprint/empty"),
        ("~\n", "blueprint/empty"),
        ("word\n", "blueprint/wrong-kind"),
        ("%YAML 9.9\n---\na: 1\n", "blueprint/syntax"),
    ],
)
def test_what_cannot_be_read_at_all(text: str, code: str) -> None:
    blueprint, found = load_blueprint(text, "b.yaml")
    assert blueprint is None
    assert [problem.code for problem in found] == [code]


def test_nested_aliases_are_refused_before_they_grow() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    _, found = load_blueprint("\n".join(lines), "b.yaml")
    assert "blueprint/alias" in {problem.code for problem in found}


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "b.yaml"
    file.write_bytes(b"a: 1\nb: \xff\n")
    text, found = read_text(file, "b.yaml")
    assert text is None
    assert [(p.code, p.origin.line, p.origin.column) for p in found] == [("blueprint/encoding", 2, 4)]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    text, found = read_text(tmp_path / "none.yaml", "none.yaml")
    assert text is None
    assert [(p.code, p.origin.file) for p in found] == [("blueprint/unreadable", "none.yaml")]


def test_requirements_are_recorded() -> None:
    text = HEAD + "    allow: {}\nrequirements:\n  load: {users: 10, p95: 200ms}\n  compliance: [gdpr, hipaa]\n"
    recorded = [(item.path, item.value) for item in _load(text).requirements]
    assert recorded == [("load.users", "10"), ("load.p95", "200ms"), ("compliance", "gdpr, hipaa")]


def _bare(node: object) -> object:
    """A node without places."""
    match node:
        case dict():
            return {key: _bare(value) for key, value in node.items() if key not in ("origin", "runs", "default_quoted")}
        case list() | tuple():
            return [_bare(item) for item in node]
        case Blueprint() | FieldNode():
            return _bare(node.model_dump())
        case _ if hasattr(node, "model_dump"):
            return _bare(node.model_dump())
        case _:
            return node


def test_a_line_is_repaired_once_only() -> None:
    text = HEAD + "    allow:\n      read: 'a' == 'b': 'c' ' : d\n      update: \"x\" == 1\n"
    _, found = load_blueprint(text, "b.yaml")
    assert "blueprint/quote" in {problem.code for problem in found}
    assert len(found) <= 4
