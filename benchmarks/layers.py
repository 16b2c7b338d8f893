"""What each layer between a caller and the database costs: a generated server as it is, and without the layer."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.chain.toolchain.failures import ToolchainError
from backwright.chain.toolchain.postgres import start_postgres
from backwright.chain.toolchain.processes import free_port
from benchmarks.client import WrongAnswer, log_in
from benchmarks.data import active_products, grow
from benchmarks.findings import Spread
from benchmarks.hot_paths import requests_of
from benchmarks.load import Generator, Measurement, Target
from benchmarks.servers import ENVIRONMENT, GENERATED, Field

__all__ = ["LAYERS", "Cost", "Layer", "costs", "without"]

FOLDER = Path("build/bench")
MOST = 0.35
"""Bar 8: what all of them may take of the throughput without them."""
EVERYTHING, NONE = "everything", "none of them"
Cut = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Layer:
    """How a server is run, or changed, so that it does without; each cut is a file, a text, and what replaces it."""

    environment: Mapping[str, str] = field(default_factory=dict)
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    anonymous: bool = False


LAYERS: dict[str, Layer] = {
    "rate limits": Layer({"RATE_LIMITS": "off"}),
    "log": Layer({"LOG_LEVEL": "silent"}),
    "metrics": Layer(
        cuts={
            "express": (
                "dist/api/middleware/request-log.js",
                "measured(milliseconds / 1000, method, route, String(status));",
                "",
            ),
            "fastapi": (
                "api/middleware/request_log.py",
                "_measured(seconds, known_method, route, str(status))",
                "pass",
            ),
        }
    ),
    "security headers": Layer(
        cuts={
            "express": ("dist/api/application.js", "logRequests, setHeaders,", "logRequests,"),
            "fastapi": (
                "api/middleware/request_log.py",
                "request_id.encode()), *SECURITY_HEADERS]",
                "request_id.encode())]",
            ),
        }
    ),
    "tags of versions": Layer(
        cuts={
            "express": (
                "dist/services/data/version.js",
                "`\"${hash('sha256', json, 'base64url').slice(0, 22)}\"`",
                "'\"0\"'",
            ),
            "fastapi": (
                "services/data/version.py",
                "base64.urlsafe_b64encode(hashlib.sha256(content).digest())[:22]",
                'b"0"',
            ),
        }
    ),
    "authentication": Layer(anonymous=True),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """The throughput with a layer by that without it, in the same round; microseconds of processor time per request."""

    layer: str
    ratio: Spread
    microseconds: float | None


def without(system: ProjectSystem, stack: str, layers: Sequence[Layer], out: Path) -> ProjectSystem:
    """A copy of a built project without what these layers do."""
    packages = system.project.packages.folder
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(system.folder, out, ignore=shutil.ignore_patterns(packages, "__pycache__"))
    os.symlink(system.folder.absolute() / packages, out / packages)
    for layer in layers:
        if layer.cuts:
            name, old, new = layer.cuts[stack]
            text = (out / name).read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise WrongAnswer(f"{name} has {text.count(old)} times {old!r}: benchmarks/layers.py is out of date")
            (out / name).write_text(text.replace(old, new), encoding="utf-8")
    return ProjectSystem(out, system.plan, system.postgres, out.parent / "logs" / out.name, system.secrets)


def costs(rounds: Mapping[str, list[Measurement]]) -> list[Cost]:
    """By layer, and last of all of them together."""
    whole = rounds[EVERYTHING]
    found = []
    for name, bare in rounds.items():
        if name != EVERYTHING:
            ratio = Spread.of([mine.rate / other.rate for mine, other in zip(whole, bare, strict=True)])
            pairs = zip(whole, bare, strict=True)
            spent = [
                m.server_cpu - o.server_cpu for m, o in pairs if m.server_cpu is not None and o.server_cpu is not None
            ]
            found.append(Cost(name, ratio, Spread.of(spent).median if spent else None))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-layers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5)
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        found = _measured(options.rounds, options.seconds)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except (ToolchainError, WrongAnswer) as error:
        print(f"bench-layers: {error}", file=sys.stderr)
        return 1
    plain = {stack: [asdict(cost) for cost in measured] for stack, measured in found.items()}
    (FOLDER / "layers.json").write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    print("\n\n".join(_table(stack, measured) for stack, measured in found.items()))
    return 0


def _measured(rounds: int, seconds: float) -> dict[str, list[Cost]]:
    with tempfile.TemporaryDirectory(prefix="backwright-bench-") as scratch:
        _say("starting PostgreSQL, generating and building the servers")
        with start_postgres(Path(scratch) / "postgres") as postgres:
            bench = Field.prepare(FOLDER.absolute(), postgres)
            grow(bench.database.admin, bench.login)
            return {
                stack: _alternated(bench, bench.systems[name], stack, rounds, seconds)
                for name, stack in GENERATED.items()
            }


def _alternated(bench: Field, system: ProjectSystem, stack: str, rounds: int, seconds: float) -> list[Cost]:
    generator = Generator(bench.node, bench.folder, seconds)
    requests = requests_of("one row", active_products(bench.database.admin))
    chosen = {EVERYTHING: [], **{name: [layer] for name, layer in LAYERS.items()}, NONE: list(LAYERS.values())}
    found: dict[str, list[Measurement]] = {name: [] for name in chosen}
    with ExitStack() as stack_of_servers:
        running = {
            name: stack_of_servers.enter_context(_served(bench, system, stack, name, layers))
            for name, layers in chosen.items()
        }
        token = log_in(_port(running[EVERYTHING]), bench.login, bench.secrets.password)
        for number in range(rounds):
            _say(f"{stack}: round {number + 1} of {rounds}")
            names = list(chosen)
            first = number * 3 % len(names)
            for name in (*names[first:], *names[:first]):
                anonymous = any(layer.anonymous for layer in chosen[name])
                target = Target(_port(running[name]), None if anonymous else token, running[name].pid, None, None)
                found[name].append(generator.measure(target, requests))
    return costs(found)


@contextmanager
def _served(bench: Field, system: ProjectSystem, stack: str, name: str, layers: list[Layer]) -> Iterator[ProjectServer]:
    """The server without some layers; ports of its own, since all of them run at once."""
    out = bench.folder / "layers" / f"{stack} without {name}"
    changed = without(system, stack, layers, out) if layers else system
    environment = {**ENVIRONMENT, "METRICS_PORT": str(free_port())}
    for layer in layers:
        environment |= layer.environment
    with changed.serve(bench.database, environment) as server:
        yield server


def _port(server: ProjectServer) -> int:
    return int(server.url.rpartition(":")[2])


def _table(stack: str, found: list[Cost]) -> str:
    lines = [f"### {stack}: one row", "", "| layer | with / without | us of the server |", "|---|---:|---:|"]
    for cost in found:
        spread = f"{cost.ratio.median:.2f} ({cost.ratio.least:.2f}..{cost.ratio.most:.2f})"
        lines.append(
            f"| {cost.layer} | {spread} | {'-' if cost.microseconds is None else f'{cost.microseconds:.0f}'} |"
        )
    whole = found[-1].ratio.median
    verdict = "met" if whole >= 1 - MOST else f"missed by {(1 - MOST) / whole - 1:.0%}"
    lines += ["", f"Bar 8, all of them cost at most {MOST:.0%}: {1 - whole:.0%}, {verdict}"]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(f"bench-layers: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
