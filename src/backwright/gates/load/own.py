"""The test of the stated load that comes with the project."""

from __future__ import annotations

import re

from backwright.diagnostics import Diagnostic, Origin
from backwright.gates.findings import tail
from backwright.gates.system import Database, System, command_line

__all__ = ["own_test"]

_SECONDS = "2"
_TRIES = 3
_SENT = re.compile(r"\b(\d+) requests, 95 of 100 within \d+ ms")


def own_test(system: System, database: Database) -> tuple[int, list[Diagnostic]]:
    """How many requests it sent, and what is wrong with it; nothing where the run contract has no such step.

    Neighbours on the machine make it slower and never faster, so that the best of some runs counts.
    """
    command = command_line(system.contract, "performance")
    if not command:
        return 0, []
    said = ""
    for _ in range(_TRIES):
        done = system.run("performance", database, {"LOAD_SECONDS": _SECONDS})
        found = _SENT.search(done.output)
        if done.code == 0 and found and int(found[1]):
            return int(found[1]), []
        said = f"it sent nothing:\n{tail(done.output)}" if done.code == 0 else f"it fails:\n{tail(done.output)}"
    reason = f"`{command}` is the project's own test of the stated load, and {said}"
    again = f"Run it in {system.folder.name} with the variables of .backwright/run.json."
    return 0, [Diagnostic("gate/load-own-test", reason, Origin(), again)]
