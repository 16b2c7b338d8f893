"""The command: prepares everything, measures in alternating rounds, prints tables and writes them as JSON."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from backwright.chain.toolchain.failures import ToolchainError
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from benchmarks.client import Client, WrongAnswer, asked, comparable, log_in
from benchmarks.data import active_products, grow, tidy
from benchmarks.findings import Findings
from benchmarks.hot_paths import HOT_PATHS, HotPath, Request, order_of, requests_of
from benchmarks.load import Generator, Target
from benchmarks.report import document, tables
from benchmarks.servers import SERVERS, Field, Running, ServerName
from benchmarks.wire import counting_proxy

FOLDER = Path("build/bench")


def main() -> int:
    options = _options()
    # Ended from outside, it ends what it has started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        found = _measured(options.rounds, options.seconds)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except (ToolchainError, WrongAnswer) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    (FOLDER / "bench.json").write_text(json.dumps(document(found), indent=2) + "\n", encoding="utf-8")
    print(tables(found))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    return parser.parse_args()


def _measured(rounds: int, seconds: float) -> Findings:
    found = Findings(load=[os.getloadavg()[0]])
    with ExitStack() as stack:
        _say("starting PostgreSQL")
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="backwright-bench-"))
        postgres = stack.enter_context(start_postgres(Path(scratch) / "postgres"))
        _say("installing the references, generating and building the servers")
        field = Field.prepare(FOLDER.absolute(), postgres)
        bench = _Bench(field, postgres, found)
        bench.prepare()
        bench.count_statements()
        running = {name: stack.enter_context(field.serve(name)) for name in SERVERS}
        bench.compare_answers(running)
        bench.alternate(running, rounds, Generator(field.node, field.folder, seconds))
    found.load.append(os.getloadavg()[0])
    return found


class _Bench:
    """The measurements, in the order that they are made."""

    def __init__(self, field: Field, postgres: PostgresServer, found: Findings) -> None:
        self._field = field
        self._postgres = postgres
        self._found = found
        self._token = ""
        self._products: list[str] = []

    def prepare(self) -> None:
        """Fills the database, and signs in once for all servers."""
        grow(self._field.database.admin, self._field.login)
        self._products = active_products(self._field.database.admin)
        with self._field.serve("Express, generated") as server:
            self._token = log_in(server.port, self._field.login, self._field.secrets.password)

    def count_statements(self) -> None:
        """Each server once behind a proxy; what it took to start and holds when idle is read on the way."""
        requests: dict[str, Request] = {path: requests_of(path, self._products)[0] for path in HOT_PATHS}
        requests["20 lines"] = order_of(self._products[:20])
        with counting_proxy(self._postgres.port) as (port, counts):
            for name in SERVERS:
                _say(f"counting statements: {name}")
                with self._field.serve(name, port) as server:
                    self._found.seconds_to_start[name] = server.seconds_to_start
                    if server.idle_megabytes is not None:
                        self._found.idle_megabytes[name] = server.idle_megabytes
                    client = Client(server.port, self._token)
                    for path, request in requests.items():
                        self._found.asked.setdefault(path, {})[name] = asked(client, request, counts)
        tidy(self._field.database.admin)

    def compare_answers(self, running: dict[ServerName, Running]) -> None:
        """Servers that answer differently cannot be compared."""
        for path in ("one row", "20 rows"):
            request = requests_of(path, self._products)[0]
            answers = {name: comparable(self._ask(server, request)) for name, server in running.items()}
            expected = answers["Express, generated"]
            for name, answer in answers.items():
                if answer != expected:
                    raise WrongAnswer(
                        f"{path}: {name} answers\n{answer}\nwhere the generated server answers\n{expected}"
                    )

    def _ask(self, server: Running, request: Request) -> object:
        return Client(server.port, self._token).call(request)

    def alternate(self, running: dict[ServerName, Running], rounds: int, generator: Generator) -> None:
        """Every server in turn on every path; each round begins with another one."""
        process = self._postgres.process
        for number in range(rounds):
            first = number * 3 % len(SERVERS)
            for path in HOT_PATHS:
                _say(f"round {number + 1} of {rounds}: {HOT_PATHS[path]}")
                requests = requests_of(path, self._products)
                for name in (*SERVERS[first:], *SERVERS[:first]):
                    self._measure(path, running[name], requests, generator, process.pid if process else None)

    def _measure(
        self, path: HotPath, server: Running, requests: list[Request], generator: Generator, database: int | None
    ) -> None:
        target = Target(server.port, self._token, server.process.pid, database, server.liveness)
        try:
            measured = generator.measure(target, requests)
        except WrongAnswer as wrong:
            raise WrongAnswer(f"{path}: {server.name}: {wrong}") from wrong
        self._found.add(path, server.name, measured)
        if requests[0].method == "POST":
            tidy(self._field.database.admin)


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
