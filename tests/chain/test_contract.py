"""A run contract is read by whoever has a checkout: each mistake in it is a diagnostic that names its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backwright.chain.contract import CONTRACT, read_contract
from backwright.chain.toolchain.failures import ToolchainError
from backwright.plan.build import compile_blueprint
from backwright.targets.express import target

TEXT = "backwright: 1\napp: {name: Notes}\nentities: {Note: {fields: {text: string}, allow: {read: true}}}\n"


@pytest.fixture
def document() -> dict[str, object]:
    plan, problems = compile_blueprint(TEXT, "blueprint.yaml")
    assert plan, problems
    return {"stack": "express", "application": "notes", "logins": []} | target.contract(plan)


def _read(folder: Path, text: str) -> str:
    (folder / ".backwright").mkdir(exist_ok=True)
    (folder / CONTRACT).write_text(text, encoding="utf-8")
    with pytest.raises(ToolchainError) as failure:
        read_contract(folder)
    assert failure.value.diagnostic.code == "project/contract-unreadable"
    return failure.value.diagnostic.message


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"', "{}", "[" * 100_000])
def test_what_is_no_contract_is_refused(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stack", 3),
        ("application", "A b"),
        ("application", "../x"),
        ("runtime", "node"),
        ("runtime", {"name": "node"}),
        ("runtime", {"name": "node", "at_least": "new"}),
        ("packages", {"locks": ["a"], "folder": "/etc", "programs": "b"}),
        ("packages", {"locks": ["../a"], "folder": "a", "programs": "b"}),
        ("derived", ["../.."]),
        ("install", "npm ci"),
        ("build", [["a"], []]),
        ("build", [["a"], "b"]),
        ("build", ["a", 1]),
        ("start", []),
        ("start", [["a"], ["b"]]),
        ("stop", "SIGWHATEVER"),
        ("env", {"A": 1}),
        ("env", {"A": "{nothing}"}),
        ("env", {"A": "{port"}),
        ("env", {"A": "{port.x}"}),
        ("openapi", "../../x.json"),
        ("logins", [1]),
        ("logins", [{"role": "a"}]),
    ],
)
def test_a_wrong_member_is_named(tmp_path: Path, document: dict[str, object], key: str, value: object) -> None:
    assert f"`{key}" in _read(tmp_path, json.dumps(document | {key: value}))


@pytest.mark.parametrize(
    "key", ["stack", "runtime", "packages", "derived", "install", "start", "stop", "env", "logins"]
)
def test_a_missing_member_is_named(tmp_path: Path, document: dict[str, object], key: str) -> None:
    assert f"`{key}" in _read(tmp_path, json.dumps({name: value for name, value in document.items() if name != key}))
