"""What a cluster is told: every overlay is built, read by those who know Kubernetes, and held against the server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backwright.gates.findings import tail
from backwright.gates.infrastructure.dockerfile import pinned
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.workloads import deployment, job
from backwright.gates.infrastructure.yaml import Document, documents, members

__all__ = ["kubernetes"]

_FOLDER = "infrastructure/kubernetes"
# Nobody knows the digest of an image before it is built, and the server reads its secrets from variables.
_LEFT_OUT = "CKV_K8S_43,CKV_K8S_35"
_BESIDE = ("Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy")


@dataclass(frozen=True, slots=True)
class _Built:
    """An overlay, and the objects that it makes."""

    path: str
    objects: list[Document]

    def of(self, kind: str) -> list[Document]:
        return [each for each in self.objects if each.get("kind") == kind]


def kubernetes(work: Work) -> None:
    """Everything below `overlays/`."""
    paths = list(_overlays(work))
    work.findings.check(bool(paths), "gate/infrastructure-kubernetes", f"{_FOLDER}/overlays has nothing to apply")
    if not paths or not work.has("kubectl"):
        return
    with tempfile.TemporaryDirectory(prefix="backwright-kubernetes-") as scratch:
        built = [each for path in paths for each in _built(work, path, Path(scratch))]
        _read(work, scratch)
    pods = [labels for each in built for labels in _pods(each)]
    for each in built:
        _judged(work, each, pods)


def _overlays(work: Work) -> Iterator[str]:
    for path in sorted((work.system.folder / _FOLDER / "overlays").glob("*/*/kustomization.yaml")):
        name = path.parent.relative_to(work.system.folder).as_posix()
        text = path.read_text(encoding="utf-8")
        if any(
            each.get("kind") != "Component" for each in documents(work, text, name, "gate/infrastructure-kubernetes")
        ):
            yield name


def _built(work: Work, path: str, scratch: Path) -> Iterator[_Built]:
    done = work.call("kubectl", "kustomize", path)
    message = f"kubectl kustomize {path}:\n{tail(done.output)}"
    work.findings.check(done.code == 0, "gate/infrastructure-kubernetes", message)
    if done.code == 0:
        (scratch / f"{path.replace('/', '-')}.yaml").write_text(done.output, encoding="utf-8")
        yield _Built(path, documents(work, done.output, path, "gate/infrastructure-kubernetes"))


def _read(work: Work, scratch: str) -> None:
    """Those who know the fields of every kind, and those who know what is dangerous."""
    files = sorted(str(path) for path in Path(scratch).glob("*.yaml"))
    if work.has("kubernetes-validate"):
        done = work.call("kubernetes-validate", "--strict", "--quiet", *files)
        message = f"kubernetes-validate:\n{tail(done.output)}"
        work.findings.check(done.code == 0, "gate/infrastructure-kubernetes", message)
    if work.has("checkov"):
        options = ("--framework", "kubernetes", "--quiet", "--compact", "--skip-download", "--skip-check", _LEFT_OUT)
        done = work.call("checkov", *options, "--directory", scratch)
        message = f"checkov:\n{tail(done.output, 30)}"
        work.findings.check(done.code == 0, "gate/infrastructure-kubernetes", message)


def _pods(built: _Built) -> Iterator[Document]:
    for each in built.objects:
        labels = members(each, "spec", "template", "metadata", "labels")
        if labels:
            yield labels


def _judged(work: Work, built: _Built, pods: list[Document]) -> None:
    def check(holds: bool, message: str) -> None:
        work.findings.check(holds, "gate/infrastructure-kubernetes", f"{built.path}: {message}")

    check(bool(built.objects), "makes nothing")
    for each in built.of("Deployment"):
        deployment(work.system.contract, each, check)
    for each in built.of("Job"):
        job(work.system.contract, each, check)
    known = work.system.contract.get("variables")
    variables = (
        {str(each.get("name")) for each in known if isinstance(each, dict)} if isinstance(known, list) else set()
    )
    for each in built.of("ConfigMap"):
        for name in members(each, "data"):
            check(name in variables, f"{name} is set, which no program of the project reads")
    for each in (*built.of("Service"), *built.of("PodDisruptionBudget"), *built.of("NetworkPolicy")):
        chosen = _selected(each)
        meets = any(chosen.items() <= labels.items() for labels in pods)
        check(bool(chosen) and meets, f"the {each.get('kind')} meets no pod")
    if built.of("Deployment") and built.of("Service"):
        missing = [kind for kind in _BESIDE if not built.of(kind)]
        check(not missing, f"the server has no {', '.join(missing)}")
    names = {members(each, "metadata").get("name") for each in built.of("Deployment")}
    for each in built.of("HorizontalPodAutoscaler"):
        check(members(each, "spec", "scaleTargetRef").get("name") in names, "the autoscaler scales nothing")
        least = members(each, "spec").get("minReplicas")
        check(isinstance(least, int) and least > 1, "one server alone cannot be replaced without a pause")
    for image in _images(built):
        check(pinned(image), f"{image} does not say which version")


def _selected(each: Document) -> Document:
    spec = members(each, "spec")
    return (
        members(spec, "selector", "matchLabels")
        or members(spec, "podSelector", "matchLabels")
        or members(spec, "selector")
    )


def _images(built: _Built) -> Iterator[str]:
    for each in built.objects:
        containers = members(each, "spec", "template", "spec").get("containers")
        yield from (str(members(one).get("image")) for one in containers) if isinstance(containers, list) else ()
