"""Every scenario, on every stack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backwright.chain.toolchain.postgres import start_postgres
from tests.parity.running import BLUEPRINTS, STACKS, prepared, running
from tests.parity.wire import connected
from tests.scenarios.form import Scenario, read
from tests.scenarios.play import Stage

SHOP = read("shop")


@pytest.fixture(scope="module", params=STACKS)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The shop's server of one stack."""
    folder = tmp_path_factory.mktemp("scenarios")
    with start_postgres(folder / "data") as postgres:
        systems = prepared(BLUEPRINTS[0], postgres, folder / "projects", [request.param])
        with running(systems) as both, connected(both.sides[0].server.url) as connection:
            logins = {login.role: login.login for login in both.sides[0].system.project.logins}
            yield Stage(connection, logins, both.password)


def test_there_are_enough_and_a_third_of_them_are_refusals() -> None:
    assert len(SHOP) >= 40
    assert sum(each.is_refusal for each in SHOP) * 3 >= len(SHOP)


@pytest.mark.parametrize("scenario", SHOP, ids=lambda each: each.title)
def test_scenario(stage: Stage, scenario: Scenario) -> None:
    stage.play(scenario)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": 299}, "expected 299"),
        ({"answer": {"nobody": "<any>"}}, "/nobody: is missing"),
        ({"told": {"cache-control": "public"}}, "cache-control: expected 'public'"),
    ],
    ids=["status", "body", "header"],
)
def test_a_wrong_expectation_fails(stage: Stage, change: dict[str, object], said: str) -> None:
    scenario = next(each for each in SHOP if not each.is_refusal and each.steps[-1].answer is not None)
    wrong = replace(scenario.steps[-1], **change)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=said):
        stage.play(replace(scenario, steps=(*scenario.steps[:-1], wrong)))
