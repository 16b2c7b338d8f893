"""What pods are told, held against what the run contract says of the programs in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backwright.gates.infrastructure.yaml import Document, members, texts

__all__ = ["deployment", "job"]

Check = Callable[[bool, str], None]
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_RESOURCES = (("requests", "cpu"), ("requests", "memory"), ("limits", "cpu"), ("limits", "memory"))


def deployment(contract: Mapping[str, object], each: Document, check: Check) -> None:
    """Its probes, how it stops, how one release follows the other."""
    pod = members(each, "spec", "template", "spec")
    container = _container(pod, check)
    for probe in _PROBES:
        check("path" in members(container, probe, "httpGet"), f"the server has no {probe}")
    ready = members(container, "readinessProbe", "httpGet").get("path")
    check(ready == contract["health"], f"work is sent where {ready} answers, not {contract['health']}")
    for probe in ("startupProbe", "livenessProbe"):
        path = members(container, probe, "httpGet").get("path")
        check(path == contract.get("live"), f"{probe} asks {path}: a database that is away would end every server")
    ports = {members(port).get("containerPort") for port in _list(container.get("ports"))}
    check(int(_default(contract, "PORT", "0")) in ports, "the port of the server is not that of its container")
    pause = texts(members(container, "lifecycle", "preStop", "exec").get("command"))
    check(
        pause[:1] == ["sleep"] and len(pause) == len(("sleep", "5")), "requests come while the server stops: no preStop"
    )
    stop = int(_default(contract, "STOP_TIMEOUT_MS", "0")) / 1000
    needed = stop + (int(pause[-1]) if pause[-1:] and pause[-1].isdecimal() else 0)
    grace = pod.get("terminationGracePeriodSeconds")
    check(
        isinstance(grace, int) and grace > needed, f"the server is killed after {grace} s; it stops within {needed:g} s"
    )
    rolling = members(each, "spec", "strategy", "rollingUpdate")
    check(rolling.get("maxUnavailable") == 0, "a release takes servers away before there are new ones")
    _pod(pod, container, check)


def job(contract: Mapping[str, object], each: Document, check: Check) -> None:
    """It migrates, ends in time, and is not repeated without end."""
    spec = members(each, "spec")
    pod = members(spec, "template", "spec")
    container = _container(pod, check)
    check(container.get("command") == contract["migrate"], f"the job runs {container.get('command')}")
    check("backoffLimit" in spec and "activeDeadlineSeconds" in spec, "the job may go on for ever")
    check(pod.get("restartPolicy") == "Never", "a migration that failed is started again in the same pod")
    _pod(pod, container, check)


def _container(pod: Document, check: Check) -> Document:
    containers = _list(pod.get("containers"))
    check(len(containers) == 1, "the pod has not one container")
    return members(containers[0]) if containers else {}


def _pod(pod: Document, container: Document, check: Check) -> None:
    context, own = members(pod, "securityContext"), members(container, "securityContext")
    user = context.get("runAsUser")
    check(context.get("runAsNonRoot") is True and isinstance(user, int) and user > 0, "the container may run as root")
    check(members(context, "seccompProfile").get("type") == "RuntimeDefault", "every call of the kernel is open")
    check(own.get("readOnlyRootFilesystem") is True, "the container may change its image")
    check(own.get("allowPrivilegeEscalation") is False, "the container may get more rights than it has")
    check(texts(members(own, "capabilities").get("drop")) == ["ALL"], "the container keeps capabilities of the kernel")
    check(pod.get("automountServiceAccountToken") is False, "the container has a token of the cluster")
    missing = [f"{kind}.{name}" for kind, name in _RESOURCES if name not in members(container, "resources", kind)]
    check(not missing, f"the container has no {', '.join(missing)}")


def _default(contract: Mapping[str, object], variable: str, otherwise: str) -> str:
    listed = _list(contract.get("variables"))
    found = [str(members(each).get("default")) for each in listed if members(each).get("name") == variable]
    return found[0] if found else otherwise


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
