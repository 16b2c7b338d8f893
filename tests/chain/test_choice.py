"""The stack is chosen for a reason that can be shown."""

from __future__ import annotations

import pytest

from backwright.chain.choice import choose_stack
from backwright.chain.create import from_brief
from backwright.chain.toolchain.failures import ToolchainError
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

NOTES = "backwright: 1\napp: {name: Notes}\nentities: {Note: {fields: {text: string}, allow: {read: true}}}\n"


def plan(requirements: str = "") -> Plan:
    found, problems = compile_blueprint(NOTES + requirements, "notes.yaml")
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("requirements", "stack", "reason"),
    [
        ("", "express", "nothing speaks for another"),
        ("requirements: {stack: fastapi}\n", "fastapi", "the blueprint says so"),
        ("requirements: {stack: {name: fastapi, because: we run Python}}\n", "fastapi", "we run Python"),
        ("requirements: {stack: [fastapi, express]}\n", "fastapi", "the blueprint says so"),
        ("requirements: {team: {languages: [Python, SQL]}}\n", "fastapi", "the team knows Python, SQL"),
        ("requirements: {team: {languages: [Python, TypeScript]}}\n", "express", "nothing speaks for another"),
    ],
)
def test_the_blueprint_decides(requirements: str, stack: str, reason: str) -> None:
    choice = choose_stack(plan(requirements), None, None)
    assert (choice.stack, choice.reason) == (stack, reason)


def test_the_caller_comes_first() -> None:
    assert choose_stack(plan("requirements: {stack: fastapi}\n"), None, "express").stack == "express"


@pytest.mark.parametrize(
    ("said", "stack"),
    [
        ("Use FastAPI.", "fastapi"),
        ("It must be written in Python.", "fastapi"),
        ("We do not want Python.", "express"),
        ("Python or TypeScript, we do not mind.", "express"),
    ],
)
def test_the_brief_decides(said: str, stack: str) -> None:
    source = from_brief(f"Build a REST API for a user management system. {said}")
    assert choose_stack(source.plan, source.reading, None).stack == stack


def test_a_stack_that_is_not_there_is_named_where_it_stands() -> None:
    with pytest.raises(ToolchainError) as refused:
        choose_stack(plan("requirements: {stack: fastap}\n"), None, None)
    assert refused.value.diagnostic.code == "input/unknown-stack"
    assert refused.value.diagnostic.origin.line == 4
    assert "'fastapi'" in refused.value.diagnostic.help
