"""`make parity STEPS=5000`: the steps are shared out over the blueprints."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from backwright.chain.toolchain.postgres import start_postgres
from tests.parity.campaign import campaign
from tests.parity.differential import duel
from tests.parity.logs import events
from tests.parity.running import BLUEPRINTS, prepared, running

_SHOP_SHARE = 0.4


def main() -> int:
    """0 where both stacks behave alike."""
    parser = argparse.ArgumentParser(prog="make parity")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--blueprint", type=Path, action="append")
    chosen = parser.parse_args()
    blueprints = chosen.blueprint or list(BLUEPRINTS)
    failed = False
    with tempfile.TemporaryDirectory() as folder, start_postgres(Path(folder) / "data") as postgres:
        for number, blueprint in enumerate(blueprints):
            share = (
                1.0
                if len(blueprints) == 1
                else _SHOP_SHARE
                if not number
                else (1 - _SHOP_SHARE) / (len(blueprints) - 1)
            )
            systems = prepared(blueprint, postgres, Path(folder) / str(number))
            with running(systems) as both, duel(both) as servers:
                report = campaign(servers, round(chosen.steps * share), chosen.seed)
                logs = [events(side.server.log()) for side in both.sides]
            sys.stdout.write(f"\n{blueprint.parent.name}, seed {chosen.seed}: {report}\n")
            if logs[0] != logs[1]:
                sys.stdout.write(f"logs differ: {sorted(logs[0] ^ logs[1])}\n")
            sys.stdout.flush()
            failed |= bool(report.differences or report.unsteady or report.coverage.missing or logs[0] != logs[1])
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
