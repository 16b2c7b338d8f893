"""The gate `realtime` passes a project with channels, and catches what is planted in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.generate import write_project
from backwright.chain.system import ProjectSystem, Secrets
from backwright.chain.toolchain.postgres import PostgresServer
from backwright.gates.findings import Findings
from backwright.gates.realtime import GATE
from backwright.gates.realtime.document import read_document
from backwright.plan.model import Plan
from tests.gates.conftest import Ready
from tests.gates.copies import Edit, codes, copy_of
from tests.targets.regenerate import compiled, rendered

LEDGER = Path(__file__).parents[1] / "cases" / "ledger" / "blueprint.yaml"
WORKSHOP = Path(__file__).parents[1] / "cases" / "workshop" / "blueprint.yaml"
QUERIES, HUB = "dist/database/queries/channels.js", "dist/services/realtime/hub.js"
HANDSHAKE, PEER = "dist/api/socket/handshake.js", "dist/api/socket/peer.js"

DEFECTS: dict[str, tuple[str, Edit]] = {
    "everybody hears a channel": (
        "gate/realtime-delivery",
        (QUERIES, "select 1 where ((select app.user_role()) = 'mechanic')", "select 1"),
    ),
    "a transaction that lasts loses its events": (
        "gate/realtime-delivery",
        (
            QUERIES,
            "transaction_id >= pg_snapshot_xmin($1::pg_snapshot)",
            "transaction_id >= pg_snapshot_xmax($1::pg_snapshot)",
        ),
    ),
    "a ticket works twice": (
        "gate/realtime-ticket",
        (
            QUERIES,
            "delete from internal.socket_tickets where digest = $1\n  returning session_id, expires_at",
            "select session_id, expires_at from internal.socket_tickets where digest = $1",
        ),
    ),
    "a ticket holds for ever": ("gate/realtime-ticket", (QUERIES, "used.expires_at > now() and ", "")),
    "a page of any origin gets a socket": (
        "gate/realtime-hostile",
        (HANDSHAKE, "origin !== undefined && !origins.has(origin)", "false"),
    ),
    "messages of any size are read": ("gate/realtime-hostile", (HANDSHAKE, "socketLimits.messageBytes", "1 << 24")),
    "any number of messages is read": ("gate/realtime-hostile", (PEER, "if (this.#credit < 0)", "if (false)")),
    "who does not read is waited for": (
        "gate/realtime-hostile",
        (PEER, "Buffer.byteLength(text) > socketLimits.waitingBytes", "Buffer.byteLength(text) > 1e12"),
    ),
    "who may listen is asked once": (
        "gate/realtime-permission",
        (
            HUB,
            "async #check(subscribers, channels) {",
            "async #check(subscribers, channels) {\n        if (subscribers) return;",
        ),
    ),
    "what was missed stays missed": (
        "gate/realtime-replay",
        (HUB, "after === undefined ? [] :", "true ? [] :"),
    ),
    "a message has no channel": (
        "gate/realtime-document",
        (HUB, "subscriber.tell({ type: 'subscribed', id, channel })", "subscriber.tell({ type: 'subscribed', id })"),
    ),
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compiled(WORKSHOP)


@pytest.fixture(scope="module")
def workshop(ready: Ready) -> ProjectSystem:
    return ready(WORKSHOP)


@pytest.mark.slow
def test_the_workshop_passes(workshop: ProjectSystem) -> None:
    result = GATE.run(workshop)
    assert result.failures == ()
    assert result.count >= 200


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, workshop: ProjectSystem, tmp_path: Path) -> None:
    code, edit = DEFECTS[defect]
    assert code in codes(GATE.run(copy_of(workshop, tmp_path, [edit])))


CROWDED: dict[str, Edit] = {
    "a socket keeps a buffer": (
        PEER,
        "this.caller = caller;",
        "this.caller = caller;\n        this.kept = Buffer.alloc(1e5, 1);",
    ),
    "a replay leaves its last event out": (
        HUB,
        "for (const news of missed ?? [])",
        "for (const news of (missed ?? []).slice(0, -1))",
    ),
}


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("defect", [None, *CROWDED])
def test_a_thousand_sockets(defect: str | None, workshop: ProjectSystem, tmp_path: Path) -> None:
    result = GATE.run(replace(copy_of(workshop, tmp_path, [CROWDED[defect]] if defect else []), full=True))
    assert ("gate/realtime-crowd" in codes(result)) == (defect is not None), result.failures
    assert result.count >= 5_000


def test_without_channels_it_does_not_apply(postgres: PostgresServer, secrets: Secrets, tmp_path: Path) -> None:
    write_project(rendered(LEDGER), tmp_path / "ledger")
    result = GATE.run(ProjectSystem(tmp_path / "ledger", compiled(LEDGER), postgres, tmp_path, secrets))
    assert (result.status, result.count) == ("not_run", 0)
    assert not result.applies


MISTAKES = {
    "another version": ('"asyncapi": "3.0.0"', '"asyncapi": "2.6.0"'),
    "a member that nobody knows": ('"defaultContentType"', '"defaultType"'),
    "a reference to nothing": ('"$ref": "#/components/messages/gap"', '"$ref": "#/components/messages/gab"'),
    "another address": ('"address": "counter"', '"address": "counters"'),
    "an event too few": ('"BellRung": {', '"BellRang": {'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_document_is_found(mistake: str, plan: Plan, tmp_path: Path) -> None:
    text = next(each.content for each in rendered(WORKSHOP) if each.path == "api/documentation/asyncapi.json")
    path = tmp_path / "asyncapi.json"
    path.write_text(text, encoding="utf-8")
    sound = Findings("realtime", "checks")
    document = read_document(path, plan, sound)
    assert sound.failures == 0
    assert document is not None
    assert document.path == "/v1/socket"
    old, new = MISTAKES[mistake]
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    json.loads(path.read_text(encoding="utf-8"))
    found = Findings("realtime", "checks")
    read_document(path, plan, found)
    assert found.failures > 0
