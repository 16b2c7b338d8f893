"""The gate `security` passes the shop on both stacks, and catches what is planted in either."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.security import GATE
from backwright.gates.security.attack import Attack
from backwright.gates.security.gate import SecurityGate
from backwright.gates.security.json_corpus import legal, malformed
from backwright.gates.security.passwords import tells_apart
from backwright.gates.security.sockets import replies_in
from tests.gates.account_defects import ACCOUNT_DEFECTS
from tests.gates.conftest import SHOP, Ready
from tests.gates.copies import codes, edit
from tests.gates.security_defects import DEFECTS, Defect

STACKS = ("express", "fastapi")
ALL = DEFECTS | ACCOUNT_DEFECTS


@pytest.fixture(scope="session")
def fastapi_shop(ready: Ready) -> ProjectSystem:
    """The shop on FastAPI."""
    return ready(SHOP, "fastapi")


def _planted(shop: ProjectSystem, parent: Path, edits: tuple[tuple[str, str, str], ...]) -> ProjectSystem:
    """A copy with defects that builds."""
    folder = parent / "planted"
    packages = shop.project.packages.folder
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns(packages, "__pycache__"))
    os.symlink(shop.folder / packages, folder / packages)
    for path, old, new in edits:
        edit(folder / path, old, new)
    system = ProjectSystem(folder, shop.plan, shop.postgres, parent / "logs", shop.secrets)
    built = system.run("build")
    assert built.code == 0, built.output
    return system


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
def test_the_shop_passes(stack: str, request: pytest.FixtureRequest) -> None:
    shop: ProjectSystem = request.getfixturevalue("shop" if stack == "express" else "fastapi_shop")
    result = GATE.run(shop)
    assert result.failures == ()
    assert result.status == "passed"
    assert result.count > 3000
    assert "Not applicable" not in result.reason
    assert "nothing that is accepted" not in result.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stack", "defect"), [(stack, name) for name, defect in ALL.items() for stack in defect.stacks]
)
def test_a_planted_defect_is_caught(stack: str, defect: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    planted: Defect = ALL[defect]
    shop: ProjectSystem = request.getfixturevalue("shop" if stack == "express" else "fastapi_shop")
    system = _planted(shop, tmp_path, planted.express if stack == "express" else planted.fastapi)
    result = SecurityGate(groups=frozenset(planted.groups)).run(system)
    said = [
        failure.message
        for failure in result.failures
        if failure.code in ("gate/security-refusal", "gate/security-answer")
        # What shows too much is not as documented wherever it is read.
        and not (planted.check == "A9" and "not as documented" in failure.message)
    ]
    assert not any(message.startswith("A1:") for message in said), "with the defect nothing works"
    assert planted.code in codes(result), [failure.message for failure in result.failures]
    assert any(failure.message.startswith(planted.check) for failure in result.failures if failure.code == planted.code)


LEAKS = {
    "express": (("api/server.ts", "  res.once('close', () => underWay.delete(res));\n", ""),),
    "fastapi": (
        (
            "api/middleware/request_log.py",
            "_measured = histogram(REQUEST_DURATION)\n",
            "_measured = histogram(REQUEST_DURATION)\n_under_way: list[Scope] = []\n",
        ),
        (
            "api/middleware/request_log.py",
            "        started = time.perf_counter()\n",
            "        _under_way.append(scope)\n        started = time.perf_counter()\n",
        ),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("leaks", [False, True], ids=["whole", "requests that are never forgotten"])
@pytest.mark.parametrize("stack", STACKS)
def test_what_attacks_leave_behind_is_noticed(
    stack: str, leaks: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    shop: ProjectSystem = request.getfixturevalue("shop" if stack == "express" else "fastapi_shop")
    system = replace(_planted(shop, tmp_path, LEAKS[stack] if leaks else ()), full=True)
    result = SecurityGate(groups=frozenset({"parsing"})).run(system)
    assert codes(result) == ({"gate/security-memory"} if leaks else set()), result.failures


def test_the_corpus_is_what_it_says() -> None:
    """Every text that must be read is JSON, and of those that must not Python's own lenient reader takes few."""
    assert all(_is_json(text) for text in legal())
    assert len(list(legal())) > 150
    assert len(set(malformed())) > 400
    taken = [text for text in malformed() if _is_json(text)]
    assert all(b"ud" in text or text.count(b'"a"') + text.count(b"u0061") + text.count(b'"b"') > 1 for text in taken), (
        taken
    )


def _is_json(text: bytes) -> bool:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        json.loads(text.decode("utf-8"), parse_constant=refuse)
    except ValueError:
        return False
    return True


def test_a_busy_machine_tells_nothing_apart_and_a_missing_hash_does() -> None:
    noise = [20.0 + (at * 7 % 11) for at in range(12)]
    assert not tells_apart(noise, noise[::-1])
    assert not tells_apart(noise, [each + 0.5 for each in noise])
    assert tells_apart(noise, [each / 10 for each in noise])


def test_answers_on_one_connection_are_told_apart() -> None:
    data = b"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200"
    assert [each.status for each in replies_in(data)] == [400, 404]


def test_how_to_see_it_again_is_said_at_once_also_of_long_texts() -> None:
    began = time.process_time()
    title = f"{'word' * 4}.{'word' * 4}.{'word' * 4} {'0' * 200_000}"
    said = Attack("D19", "POST", "/notes", "/notes", "a long text", body={"title": title}).again("/v1")
    assert "$TOKEN 000" in said
    assert len(said) < 1000
    assert time.process_time() - began < 2
