"""The image, built, and the compose file, running."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from backwright.gates.findings import tail
from backwright.gates.infrastructure.compose import COMPOSE, own_services
from backwright.gates.infrastructure.dockerfile import DOCKERFILE
from backwright.gates.infrastructure.engine import Engine
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.yaml import Document, members
from backwright.gates.machine import free_port

__all__ = ["build_and_run"]

_STOP_SECONDS = 30
_SCRAPED_WITHIN = 40.0
_HEALTHY_WITHIN = 60.0
_LONGEST = 600.0


def build_and_run(work: Work, engine: Engine, bases: Sequence[str], services: Document) -> None:
    """Builds the image where what it is built on can be had, and runs the services whose images can."""
    missing = [base for base in bases if not engine.has_image(base)]
    if missing:
        work.not_run("the image", f"{', '.join(missing)} is neither here nor to be fetched")
        return
    name = f"backwright-gate-{os.getpid()}"
    tag = f"localhost/{name}:1"
    built = engine.build(DOCKERFILE, tag)
    work.findings.check(
        built.code == 0, "gate/infrastructure-image", f"the image cannot be built:\n{tail(built.output)}"
    )
    if built.code:
        return
    try:
        _content(work, engine, tag)
        if engine.composing is None:
            work.not_run("the compose file", "neither docker compose nor podman-compose is there")
        else:
            _compose(work, engine, _Stack(name, tag, services))
    finally:
        engine.call("rmi", "--force", tag)


def _content(work: Work, engine: Engine, tag: str) -> None:
    asked = ("run", "--rm", "--network", "none", "--entrypoint", "find", tag, "/app", "-name", ".env*")
    found = engine.call(*asked)
    work.findings.check(
        found.code == 0 and "/app/" not in found.output,
        "gate/infrastructure-image",
        f"the image holds settings of a machine: {tail(found.output)}",
    )
    size = engine.call("image", "inspect", "--format", "{{json .Config}}", tag)
    [line, *_] = [line for line in size.output.splitlines() if line.startswith("{")] or ["{}"]
    user = str(json.loads(line).get("User", ""))
    work.findings.check(
        bool(re.match(r"[1-9]\d*", user)), "gate/infrastructure-image", f"the image starts as {user or 'root'}"
    )


@dataclass(slots=True)
class _Stack:
    """A run of the compose file with secrets and ports of its own."""

    project: str
    tag: str
    services: Document
    ports: dict[str, int] = field(default_factory=dict)
    attached: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

    def environment(self, text: str) -> dict[str, str]:
        """Every variable that the file wants, of values that nobody else has."""
        values = {name: secrets.token_hex(24) for name in re.findall(r"\$\{(\w+):\?[^}]*\}", text)}
        for name in re.findall(r"\$\{(\w+_PORT):-", text):
            self.ports[name] = free_port()
            values[name] = str(self.ports[name])
        return values | {"IMAGE": self.tag}


def _compose(work: Work, engine: Engine, stack: _Stack) -> None:
    environment = stack.environment(work.text(COMPOSE) or "")
    own = own_services(stack.services)
    left_out: set[str] = set()
    with _ended(engine, stack, environment):
        for name in _ordered(stack.services):
            service = members(stack.services[name])
            waits = set(members(service, "depends_on"))
            if waits & left_out or not (name in own or engine.has_image(str(service.get("image")))):
                left_out.add(name)
                work.not_run(name, f"{service.get('image')} is neither here nor to be fetched")
                continue
            if not _up(work, engine, stack, environment, name):
                return
        _observed(work, engine, stack, left_out)


def _ordered(services: Document) -> Iterator[str]:
    """What others wait for comes first."""
    waiting = {name: set(members(each, "depends_on")) for name, each in services.items()}
    while waiting:
        ready = [name for name, others in waiting.items() if not others & waiting.keys()] or list(waiting)
        yield ready[0]
        del waiting[ready[0]]


def _up(work: Work, engine: Engine, stack: _Stack, environment: dict[str, str], name: str) -> bool:
    if _ends(stack.services, name):
        done = engine.compose(COMPOSE, stack.project, environment, "run", "--rm", "--no-deps", "-T", name)
        work.findings.check(done.code == 0, "gate/infrastructure-run", f"{name} failed:\n{tail(done.output)}")
        return done.code == 0
    # Attached: whatever a finished command leaves behind is ended, and so would be the containers.
    arguments = ("up", "--no-deps", "--no-build", name)
    attached = stack.attached.submit(engine.compose, COMPOSE, stack.project, environment, *arguments, timeout=_LONGEST)
    until = time.monotonic() + _HEALTHY_WITHIN
    while time.monotonic() < until and not attached.done():
        container = engine.container(stack.project, name)
        if container and engine.is_healthy(container):
            work.findings.done()
            return True
        time.sleep(1.0)
    container = engine.container(stack.project, name)
    said = engine.call("logs", container).output if container else attached.result().output
    work.findings.check(False, "gate/infrastructure-run", f"{name} does not get healthy:\n{tail(said)}")
    return False


def _ends(services: Document, name: str) -> bool:
    waits = (members(each, "depends_on", name) for each in services.values())
    return any(each.get("condition") == "service_completed_successfully" for each in waits)


def _observed(work: Work, engine: Engine, stack: _Stack, left_out: set[str]) -> None:
    """From outside: it answers, it is measured, nothing in it can be changed, and it stops as it should."""
    health = str(work.system.contract["health"])
    ready = _get(stack.ports.get("SERVER_PORT", 0), health)
    work.findings.check(ready is not None, "gate/infrastructure-run", f"{health} does not answer with a success")
    if "prometheus" not in left_out:
        _measured(work, stack)
    if "grafana" not in left_out:
        found = _get(stack.ports.get("GRAFANA_PORT", 0), "/api/health")
        work.findings.check(found is not None, "gate/infrastructure-run", "Grafana does not answer")
    container = engine.container(stack.project, "server")
    written = engine.call("exec", container, "sh", "-c", "echo x > /app/written")
    work.findings.check(written.code != 0, "gate/infrastructure-run", "the server may change the files of its image")
    user = engine.call("exec", container, "id", "-u").output.split()
    work.findings.check(bool(user) and user[-1] != "0", "gate/infrastructure-run", "the server runs as root")
    engine.call("stop", "--time", str(_STOP_SECONDS), container)
    code = engine.call("inspect", "--format", "{{.State.ExitCode}}", container).output.split()
    work.findings.check(
        bool(code) and code[-1] == "0",
        "gate/infrastructure-run",
        f"the server ended with {code[-1:]} when it was told to stop",
    )


def _measured(work: Work, stack: _Stack) -> None:
    port = stack.ports.get("PROMETHEUS_PORT", 0)
    until = time.monotonic() + _SCRAPED_WITHIN
    health: list[object] = []
    while time.monotonic() < until and health != ["up"]:
        found = json.loads(_get(port, "/api/v1/targets") or "{}")
        health = [members(each).get("health") for each in members(found, "data").get("activeTargets") or ()]  # type: ignore[attr-defined]
        time.sleep(1.0)
    work.findings.check(
        health == ["up"], "gate/infrastructure-run", f"Prometheus does not measure the server: {health}"
    )
    rules = json.loads(_get(port, "/api/v1/rules") or "{}")
    work.findings.check(
        bool(members(rules, "data").get("groups")), "gate/infrastructure-run", "Prometheus has loaded no rules"
    )


def _get(port: int, path: str) -> str | None:
    """The body of a success on this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            body: bytes = answer.read()
            return body.decode("utf-8", "replace")
    except (OSError, urllib.error.URLError, ValueError):
        return None


@contextmanager
def _ended(engine: Engine, stack: _Stack, environment: dict[str, str]) -> Iterator[None]:
    """Nothing of the run stays."""
    try:
        with stack.attached:
            try:
                yield
            finally:
                engine.compose(COMPOSE, stack.project, environment, "down")
    finally:
        engine.compose(COMPOSE, stack.project, environment, "down", "--volumes")
