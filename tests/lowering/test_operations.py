"""What the database calls what is done."""

from __future__ import annotations

import pytest

from backwright.lowering.operations import routines
from backwright.lowering.wire.routes import routes
from backwright.plan.build import compile_blueprint

_TEXT = """
backwright: 1
app: {{name: Names}}
identity: {{entity: Person, login: [email, password], roles: [someone]}}
entities:
  Person: {{fields: {{email: email unique}}, allow: {{read: this == me}}}}
  Note:
    owner: writer
    fields: {{writer: Person, title: string(1..80)}}
    lifecycle:
      field: state
      states: [draft, shown]
      transitions:
        {move}: {{from: draft, to: shown, allow: owner}}
    allow: {{read: "state != 'draft' || owner", create: owner, update: owner, delete: owner}}
"""


@pytest.mark.parametrize("move", ["list", "read", "create", "update", "delete", "show"])
def test_a_move_is_never_called_like_what_else_is_done_with_its_collection(move: str) -> None:
    plan, problems = compile_blueprint(_TEXT.format(move=move), "names.yaml")
    assert plan is not None, problems
    others = {f"notes.{verb}" for verb in ("list", "read", "create", "update", "delete")}
    assert not others & {each.name for each in routines(plan)}
    identifiers = [each.operation_id for each in routes(plan)]
    assert len(set(identifiers)) == len(identifiers)
