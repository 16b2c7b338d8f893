"""What a stack says about the image of its server; whatever runs images asks nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

__all__ = ["POSTGRES", "USER", "Image"]

USER = 10001
"""Who a server runs as: no account of any machine, and above those that systems hand out (CIS Docker 4.1)."""

POSTGRES = "docker.io/library/postgres:18.6-bookworm"
"""The line of PostgreSQL that gates run projects on."""

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """Two stages on one `base`: `install` needs the locks alone, `build` the `sources` too, `ships` is what is kept.

    `tools` are commands before everything else; `environment` holds while the image is built, `running` in containers.
    `probe` is a command that asks `{path}` on `{port}` and fails unless the answer is a success.
    """

    base: str
    install: tuple[Command, ...]
    sources: tuple[str, ...]
    ships: tuple[str, ...]
    probe: Command
    tools: tuple[Command, ...] = ()
    build: tuple[Command, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    running: tuple[tuple[str, str], ...] = ()

    def stated(self) -> dict[str, object]:
        """As the run contract has it."""
        return asdict(self) | {"environment": dict(self.environment), "running": dict(self.running)}

    @staticmethod
    def of(contract: Mapping[str, object]) -> Image | None:
        """What a run contract says; none where its stack does not say how its image is built."""
        stated = cast("Mapping[str, object] | None", contract.get("image"))
        if stated is None:
            return None
        pairs = {name: tuple(cast("Mapping[str, str]", stated[name]).items()) for name in ("environment", "running")}
        return Image(**{**stated, **pairs})  # type: ignore[arg-type] # written by `stated`
