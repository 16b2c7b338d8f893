"""Every scenario, on every stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from backwright.gates.system import Database
from tests.parity.running import BLUEPRINTS, STACKS, prepared
from tests.scenarios.form import Exchange, Scenario, read
from tests.scenarios.play import Stage

SHOP = read("shop")


@dataclass(frozen=True, slots=True)
class Theatre:
    """A project of one stack, its database, and the stage that most scenarios share."""

    system: ProjectSystem
    database: Database
    shared: Stage

    def play(self, scenario: Scenario) -> None:
        """On the shared stage, or on a server with the variables that the scenario asks for."""
        if not scenario.server:
            self.shared.play(scenario)
            return
        with self.system.serve(self.database, scenario.server) as server, staged(self.system, server.url) as stage:
            stage.play(scenario)


@contextmanager
def staged(system: ProjectSystem, url: str) -> Iterator[Stage]:
    """A stage at the server of an address."""
    stage = Stage(url, {login.role: login.login for login in system.project.logins}, system.password)
    yield stage
    stage.close()


@pytest.fixture(scope="module", params=STACKS)
def theatre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """The shop of one stack."""
    folder = tmp_path_factory.mktemp("scenarios")
    with start_postgres(folder / "data") as postgres:
        system = prepared(BLUEPRINTS[0], postgres, folder / "projects", [request.param])[request.param]
        with (
            system.migrated(seeded=True) as database,
            system.serve(database) as server,
            staged(system, server.url) as stage,
        ):
            yield Theatre(system, database, stage)


def test_there_are_enough_and_a_third_of_them_are_refusals() -> None:
    assert len(SHOP) >= 40
    assert sum(each.is_refusal for each in SHOP) * 3 >= len(SHOP)


@pytest.mark.parametrize("scenario", SHOP, ids=lambda each: each.title)
def test_scenario(theatre: Theatre, scenario: Scenario) -> None:
    theatre.play(scenario)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": 299}, "expected 299"),
        ({"answer": {"nobody": "<any>"}}, "/nobody: is missing"),
        ({"told": {"cache-control": "public"}}, "cache-control: expected 'public'"),
    ],
    ids=["status", "body", "header"],
)
def test_a_wrong_expectation_fails(theatre: Theatre, change: dict[str, object], said: str) -> None:
    scenario, last = next(
        (each, step)
        for each in SHOP
        for step in each.steps[-1:]
        if isinstance(step, Exchange) and step.status < 400 and step.answer is not None and not step.within
    )
    wrong = replace(last, **change)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=said):
        theatre.play(replace(scenario, steps=(*scenario.steps[:-1], wrong)))
