"""A container engine of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backwright.gates.infrastructure.tools import Work
from backwright.gates.machine import available
from backwright.gates.system import Finished

__all__ = ["Engine", "engine_of"]

_BUILD_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Engine:
    """`program` is docker or podman, `composing` the command that reads compose files, where there is one."""

    work: Work
    program: str
    composing: tuple[str, ...] | None

    def call(self, *arguments: str, timeout: float = 300.0) -> Finished:
        """Runs the engine."""
        return self.work.call(self.program, *arguments, timeout=timeout)

    def has_image(self, name: str) -> bool:
        """Whether an image is here, or can be fetched."""
        return self.call("image", "inspect", name).code == 0 or self.call("pull", "--quiet", name).code == 0

    def build(self, dockerfile: str, tag: str) -> Finished:
        """Builds an image of the project's folder; only the format of Docker knows health checks."""
        form = ("--format", "docker") if self.program == "podman" else ()
        return self.call("build", *form, "--tag", tag, "--file", dockerfile, ".", timeout=_BUILD_SECONDS)

    def is_healthy(self, container: str) -> bool:
        """Whether its health check succeeds now."""
        # Podman leaves the repetition to systemd, which a machine need not have.
        if self.program == "podman":
            return self.call("healthcheck", "run", container).code == 0
        return self.call("inspect", "--format", "{{.State.Health.Status}}", container).output.strip() == "healthy"

    def compose(
        self, file: str, project: str, environment: Mapping[str, str], *arguments: str, timeout: float = 300.0
    ) -> Finished:
        """Runs the command that reads compose files; what it starts ends with it."""
        assert self.composing is not None
        command = (*self.composing, "--project-name", project, "--file", file, *arguments)
        return self.work.call(*command, environment=environment, timeout=timeout)

    def container(self, project: str, service: str) -> str:
        """The container of a service; empty where it does not run."""
        labels = {"com.docker.compose.project": project, "com.docker.compose.service": service}
        filters = [word for name, value in labels.items() for word in ("--filter", f"label={name}={value}")]
        found = self.call("ps", "--all", "--quiet", *filters).output.split()
        return found[0] if found else ""


def engine_of(work: Work) -> Engine | None:
    """Docker where its daemon answers, else Podman."""
    if available("docker") and work.call("docker", "info").code == 0:
        composing = ("docker", "compose") if work.call("docker", "compose", "version").code == 0 else None
        return Engine(work, "docker", composing)
    if available("podman"):
        return Engine(work, "podman", ("podman-compose",) if available("podman-compose") else None)
    work.not_run("the image", "no Docker daemon answers, and podman is not on the PATH")
    return None
