"""Two stacks, one behaviour: random sequences are answered, stored and logged alike."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backwright.chain.generate import render_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer
from tests.parity.campaign import Report, campaign
from tests.parity.differential import duel
from tests.parity.logs import events
from tests.parity.running import BLUEPRINTS, STACKS, Running, compiled, prepared, running

Systems = dict[str, ProjectSystem]
Plant = Callable[..., Systems]
_SEED = 4
_SHARED = ("database/migrations/", "database/seeds/", "database/roles.sql", "api/documentation/", "blueprint.yaml")


def report(systems: Systems, steps: int, most: int = 10) -> tuple[Report, Running]:
    """A campaign, and the servers that it was against."""
    with running(systems) as both, duel(both) as servers:
        return campaign(servers, steps, _SEED, most), both


def alike(systems: Systems, steps: int) -> None:
    """Everything is the same, and every documented answer was seen."""
    found, both = report(systems, steps)
    print(found)
    assert found.steps >= steps
    assert not found.differences, str(found)
    assert not found.unsteady, str(found)
    assert not found.coverage.missing, str(found.coverage)
    first, second = (events(side.server.log()) for side in both.sides)
    assert first == second
    assert {"request", "request.unreadable", "request.failed"} <= {event for event, _, _ in first}


@pytest.fixture
def planted(shop: Systems, tmp_path: Path) -> Plant:
    """The shop with a defect in the stack without a build: (path, text that stands there once, what replaces it)."""

    def plant(path: str, old: str, new: str) -> Systems:
        folder = tmp_path / "fastapi"
        shutil.copytree(shop["fastapi"].folder, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        os.symlink(shop["fastapi"].folder / ".venv", folder / ".venv")
        text = (folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {text.count(old)} times {old!r}"
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
        logs = tmp_path / "logs"
        logs.mkdir()
        system = shop["fastapi"]
        return shop | {"fastapi": ProjectSystem(folder, system.plan, system.postgres, logs, system.secrets)}

    return plant


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_contract_migrations_and_seeds_are_the_same_bytes(blueprint: Path) -> None:
    plan, source = compiled(blueprint), blueprint.read_text(encoding="utf-8")
    found = [
        {file.path: file.content for file in render_project(plan, stack, source) if file.path.startswith(_SHARED)}
        for stack in STACKS
    ]
    assert len(found) > 1
    assert len(found[0]) > 5
    assert all(each == found[0] for each in found)


def test_750_random_requests_to_the_shop_are_answered_stored_and_logged_alike(shop: Systems) -> None:
    alike(shop, 750)


@pytest.mark.slow
@pytest.mark.parametrize("blueprint", BLUEPRINTS[1:], ids=lambda path: path.parent.name)
def test_other_backends_behave_alike(blueprint: Path, postgres: PostgresServer, tmp_path: Path) -> None:
    alike(prepared(blueprint, postgres, tmp_path / "projects"), 1200)


def test_when_one_stack_words_a_refusal_otherwise_then_the_request_that_shows_it_is_found(planted: Plant) -> None:
    systems = planted("services/business/problem.py", "There is nothing here that you can see.", "Nothing.")
    found, _ = report(systems, 150, most=1)
    assert len(found.differences[0].steps) == 1
    assert "Nothing." in str(found.differences[0])


@pytest.mark.slow
def test_when_one_stack_stores_other_rows_under_the_same_answers_then_they_are_found(planted: Plant) -> None:
    systems = planted("config/identity.py", "30 * 86_400", "31 * 86_400")
    found, _ = report(systems, 150, most=1)
    assert any("only here in internal.sessions" in str(each) for each in found.differences), str(found)


@pytest.mark.slow
def test_when_one_stack_logs_other_members_then_it_is_seen(planted: Plant) -> None:
    systems = planted(
        "api/middleware/request_log.py",
        'log.info(\n                "request",\n                requestId',
        'log.info(\n                "request",\n                request',
    )
    _, both = report(systems, 50)
    first, second = (events(side.server.log()) for side in both.sides)
    assert first != second
