"""Rendering takes seconds for a hundred entities, and grows with their number."""

from __future__ import annotations

import time

import pytest

from backwright.chain.generate import render_project, stacks
from backwright.plan.build import compile_blueprint
from tests.pace import pace

HEAD = """backwright: 1
app: {name: Many}
identity: {entity: User, login: [email, password], roles: [member, admin]}
entities:
  User: {fields: {email: email unique}, allow: {read: me != null}}
"""
ENTITY = """  Thing%d:
    owner: user
    fields: {user: User, name: 'string(1..40)', price: money, kind: 'enum(a, b, c) default a', note: 'text optional'}
    allow: {read: owner || me.role == 'admin', create: owner, update: owner, delete: me.role == 'admin'}
"""


def seconds(stack: str, entities: int) -> float:
    """Of this process alone, so that other work on the machine does not count."""
    text = HEAD + "".join(ENTITY % number for number in range(entities))
    plan, problems = compile_blueprint(text, "many.yaml")
    assert plan is not None, problems
    began = time.process_time()
    render_project(plan, stack, text)
    return time.process_time() - began


@pytest.mark.parametrize("stack", stacks())
def test_rendering_grows_with_the_number_of_entities(stack: str) -> None:
    seconds(stack, 2)
    few, many = seconds(stack, 25), seconds(stack, 100)
    assert many < 8 * few
    assert many < 9 * pace()
