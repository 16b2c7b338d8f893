"""The AsyncAPI document: the same on every stack, and there where channels are."""

from __future__ import annotations

import json

from backwright.chain.generate import stacks
from tests.targets.regenerate import ROOT, rendered

WORKSHOP = ROOT / "tests" / "cases" / "workshop" / "blueprint.yaml"
LEDGER = ROOT / "tests" / "cases" / "ledger" / "blueprint.yaml"
PATH = "api/documentation/asyncapi.json"


def test_every_stack_has_the_same_document_and_says_where_it_is() -> None:
    documents = []
    for stack in stacks():
        files = {file.path: file.content for file in rendered(WORKSHOP, stack)}
        documents.append(files[PATH])
        assert json.loads(files[".backwright/run.json"])["asyncapi"] == PATH
    assert len(set(documents)) == 1
    document = json.loads(documents[0])
    assert [channel["address"] for channel in document["channels"].values()] == [
        "/socket",
        "repairs/{repairId}",
        "people/{customerId}/repairs",
        "counter",
    ]
    sent = document["channels"]["repairs-repair"]["messages"]["RepairFinished"]["payload"]["properties"]
    assert list(sent["payload"]["properties"]) == ["repairId", "customerId", "cost", "at"]
    assert sent["name"] == {"const": "RepairFinished"}


def test_without_channels_there_is_none_and_nothing_of_sockets() -> None:
    for stack in stacks():
        files = {file.path: file.content for file in rendered(LEDGER, stack)}
        assert json.loads(files[".backwright/run.json"])["asyncapi"] is None
        assert PATH not in files
        told = [path for path, content in files.items() if "socket-ticket" in content or "socket_tickets" in content]
        assert told == []
