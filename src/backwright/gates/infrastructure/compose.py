"""The compose file: what each service may do, who reaches it, and in which order they start."""

from __future__ import annotations

import re

from backwright.gates.infrastructure.dockerfile import SECRET, pinned
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.yaml import Document, documents, members, texts

__all__ = ["COMPOSE", "compose", "own_services"]

COMPOSE = "infrastructure/docker/compose.yaml"
_ADDED = "infrastructure/docker/compose.redis.yaml"
_LIMITS = ("mem_limit", "cpus", "pids_limit")


def compose(work: Work) -> Document:
    """Checks the file and what may be added to it; the services by name."""
    text = work.text(COMPOSE)
    work.findings.check(text is not None, "gate/infrastructure-compose", f"{COMPOSE} is missing")
    [document, *_] = documents(work, text or "", COMPOSE, "gate/infrastructure-compose") or [{}]
    services = members(document, "services")
    [added, *_] = documents(work, work.text(_ADDED) or "", _ADDED, "gate/infrastructure-compose") or [{}]
    further = {name: each for name, each in members(added, "services").items() if name not in services}
    for name, service in {**services, **further}.items():
        _service(work, name, members(service))
        _order(work, name, members(service, "depends_on"), {**services, **further})
    own = own_services(services)
    work.findings.check(
        bool(own), "gate/infrastructure-compose", f"{COMPOSE} has no service of the project's own image"
    )
    for name in own:
        for document in (members(services[name]), members(added, "services", name)):
            _variables(work, name, members(document, "environment"))
    _ignored(work)
    return services


def own_services(services: Document) -> list[str]:
    """Those of the image that the project builds: no registry knows it."""
    built = {members(each).get("image") for each in services.values() if "build" in members(each)}
    return [name for name, each in services.items() if members(each).get("image") in built]


def _check(work: Work, holds: bool, name: str, message: str) -> None:
    work.findings.check(holds, "gate/infrastructure-compose", f"{COMPOSE}: {name} {message}")


def _service(work: Work, name: str, service: Document) -> None:
    image = re.sub(r"\$\{\w+:-(.*)\}", r"\1", str(service.get("image", "")))
    _check(work, pinned(image), name, f"is of {image or 'no image'}, which does not say which version")
    _check(work, service.get("read_only") is True, name, "may write into its image")
    _check(work, texts(service.get("cap_drop")) == ["ALL"], name, "keeps capabilities of the kernel")
    _check(
        work, "no-new-privileges:true" in texts(service.get("security_opt")), name, "may get more rights than it has"
    )
    _check(work, not service.get("privileged"), name, "is privileged")
    missing = [each for each in _LIMITS if each not in service]
    _check(work, not missing, name, f"has no {', '.join(missing)}")
    for port in texts(service.get("ports")):
        _check(work, port.startswith(("127.0.0.1:", "[::1]:")), name, f"is reached from other machines at {port}")
    for variable, value in members(service, "environment").items():
        if SECRET.search(variable):
            left = re.sub(r"\$\{[^}]*\}", "", str(value))
            plain = "${" not in str(value) or re.search(r":[^/@]+@", left)
            _check(work, not plain, name, f"has {variable} in the file")


def _order(work: Work, name: str, waits: Document, services: Document) -> None:
    for other, how in waits.items():
        condition = members(how).get("condition")
        service = members(services.get(other))
        known = condition == "service_completed_successfully" or (
            condition == "service_healthy" and ("healthcheck" in service or other in own_services(services))
        )
        _check(work, known, name, f"does not wait until {other} works")
    own = members(services.get(name))
    if name in own_services(services) and "build" not in own:
        conditions = {members(each).get("condition") for each in waits.values()}
        _check(work, "service_completed_successfully" in conditions, name, "starts before the migrations are done")


def _variables(work: Work, name: str, environment: Document) -> None:
    listed = work.system.contract.get("variables")
    known = {str(each.get("name")) for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()
    for variable in environment:
        _check(work, variable in known, name, f"has {variable}, which no program of the project reads")


def _ignored(work: Work) -> None:
    lines = {line.strip() for line in (work.text(".gitignore") or "").splitlines()}
    ignored = lines & {".env", "**/.env", "infrastructure/docker/.env", "/infrastructure/docker/.env"}
    work.findings.check(
        bool(ignored),
        "gate/infrastructure-compose",
        "infrastructure/docker/.env, which holds secrets, would be committed",
    )
