"""What the database is asked for rows that refer to each other in a circle and rows that a `let` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.lowering.operations import Routine, routines, sees_hidden
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.policies import row_policies
from backwright.lowering.relational.tables import late_references
from backwright.lowering.routines import lower_answer, lower_routine
from backwright.lowering.seeds import seed_data
from backwright.lowering.wire.routes import answered
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

CIRCLES = Path(__file__).parents[1] / "gates" / "circles.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(CIRCLES.read_text(encoding="utf-8"), CIRCLES.name)
    assert compiled is not None, problems
    return compiled


def routine(plan: Plan, name: str) -> Routine:
    return next(each for each in routines(plan) if each.name == name)


def texts(plan: Plan, name: str) -> list[str]:
    return [each.text for each in lower_routine(plan, routine(plan, name), Conditions(plan))]


@pytest.mark.parametrize(
    ("operation", "range_of"),
    [
        ("rate", "(stays.rating - 0.5) end)) >= 0 and"),
        ("grade", "(input.points) between 0 and 20"),
        ("visit", "((members.points::numeric + 1)) between 0 and 20"),
    ],
)
def test_a_new_number_is_held_within_its_range(plan: Plan, operation: str, range_of: str) -> None:
    (update,) = [text for text in texts(plan, operation) if "update app." in text]
    assert range_of in update


def test_a_row_that_a_let_names_is_locked_before_a_condition_reads_it(plan: Plan) -> None:
    found = texts(plan, "rate")
    locked = next(at for at, text in enumerate(found) if "from app.stays\nwhere id = any" in text)
    read = next(at for at, text in enumerate(found) if "guest_id" in text and "where not" in text)
    assert locked < read


@pytest.mark.parametrize(
    ("operation", "entity", "source"),
    [("rate", "Stay", "input"), ("visit", "Circle", "kept"), ("forfeit", "Member", "kept")],
)
def test_the_answer_is_the_row_that_a_let_names(plan: Plan, operation: str, entity: str, source: str) -> None:
    answer = answered(plan, routine(plan, operation))
    assert answer is not None
    assert (answer.entity.name, answer.source) == (entity, source)


def test_a_row_that_only_the_database_knows_is_read_by_what_was_kept(plan: Plan) -> None:
    read = lower_answer(plan, routine(plan, "visit"), "where", Conditions(plan))
    assert read.text.endswith(
        "from app.circles where circles.id = ((current_setting('let.where')::jsonb #>> '{}')::uuid)"
    )
    assert read.parameters == ()


@pytest.mark.parametrize("name", ["take", "hide"])
def test_a_move_of_rows_that_it_may_hide_asks_itself_who_sees_them(plan: Plan, name: str) -> None:
    moves = {each.transition.name: each for each in routines(plan) if each.transition}
    assert sees_hidden(moves[name])
    first = lower_routine(plan, moves[name], Conditions(plan))[0].text
    assert "topics.state <> 'hidden'" in first
    policies = {each.name: each for each in row_policies(plan, Conditions(plan))}
    assert "topics.state <> 'hidden'" in (policies[f"topics_{name}"].using or "")
    assert f"'topics.{name}'" in (policies["topics_written"].using or "")


def test_seeds_close_the_circle(plan: Plan) -> None:
    assert [(entity.name, field.name) for entity, field in late_references(plan)] == [("Circle", "lead")]
    tables = dict(seed_data(plan).tables)
    members = {row["id"] for row in tables["app.members"]}
    leads = [row["lead_id"] for row in tables["app.circles"]]
    assert None in leads
    assert {lead for lead in leads if lead} <= members
    assert len({lead for lead in leads if lead}) > 1
