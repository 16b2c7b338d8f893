"""One measurement of one server on one hot path, by `load.js` in a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from backwright.chain.toolchain.processes import Launch, run_command
from backwright.chain.toolchain.runtime import Runtime
from benchmarks.client import WrongAnswer
from benchmarks.hot_paths import Request

__all__ = ["CONNECTIONS", "SHARE", "Generator", "Measurement", "Target"]

CONNECTIONS, MOST_CONNECTIONS = 32, 128
SHARE = 0.7
WARM_MS = 400
_SCRIPT = Path(__file__).with_name("load.js")


@dataclass(frozen=True, slots=True)
class Measurement:
    """Closed loop: the rate, and microseconds of processor time per request. Open loop at 70 %: milliseconds."""

    rate: float
    server_cpu: float | None
    database_cpu: float | None
    generator_cpu: float
    p50: float
    p99: float
    lag_p99: float | None


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go, and the processes behind it whose processor time counts."""

    port: int
    token: str | None
    server: int
    database: int | None
    probe: str | None


@dataclass(frozen=True, slots=True)
class Generator:
    """Makes load for so many seconds in each of the two loops."""

    node: Runtime
    folder: Path
    seconds: float

    def measure(self, target: Target, requests: list[Request]) -> Measurement:
        plan = {
            "port": target.port,
            "headers": {"Authorization": f"Bearer {target.token}"} if target.token else {},
            "requests": [asdict(each) for each in requests],
            "unique": requests[0].method == "POST",
            "server": target.server,
            "database": target.database,
            "probe": target.probe,
            "warm": WARM_MS,
            "milliseconds": self.seconds * 1000,
            "connections": CONNECTIONS,
            "most": MOST_CONNECTIONS,
            "share": SHARE,
        }
        file = self.folder / "load.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        done = run_command(
            Launch(self.node.command(["node", str(_SCRIPT), str(file)]), self.folder), timeout=60 + 10 * self.seconds
        )
        if done.code:
            raise WrongAnswer(done.tail(5))
        return _measurement(json.loads(done.output))


def _measurement(found: dict[str, dict[str, object]]) -> Measurement:
    closed, opened = found["closed"], found["open"]
    cpu = _members(closed["cpu"])
    lag = _members(opened["probe"])["p99"] if opened["probe"] else None
    return Measurement(
        rate=_number(closed["rate"]),
        server_cpu=_number(cpu["server"]) if cpu["server"] is not None else None,
        database_cpu=_number(cpu["database"]) if cpu["database"] is not None else None,
        generator_cpu=_number(cpu["generator"]),
        p50=_number(opened["p50"]),
        p99=_number(opened["p99"]),
        lag_p99=_number(lag) if lag is not None else None,
    )


def _members(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
