"""What a stack says about the way from a change to a release; who writes workflows and scripts asks nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

__all__ = ["Pipeline"]

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`action` sets the runtime up on a runner of GitHub, with `inputs`, and `tools` are commands after it.

    `runs` comes before every command of the run contract but those that install. `bill` prints what is shipped
    (CycloneDX), `advisories` fails where something that is shipped has a known vulnerability.
    """

    bill: Command
    advisories: Command
    action: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    tools: tuple[Command, ...] = ()
    runs: Command = ()

    def stated(self) -> dict[str, object]:
        """As the run contract has it."""
        return asdict(self) | {"inputs": dict(self.inputs)}

    @staticmethod
    def of(contract: Mapping[str, object]) -> Pipeline | None:
        """What a run contract says; none where its stack says nothing."""
        stated = cast("Mapping[str, object] | None", contract.get("pipeline"))
        if stated is None:
            return None
        inputs = tuple(cast("Mapping[str, str]", stated["inputs"]).items())
        return Pipeline(**{**stated, "inputs": inputs})  # type: ignore[arg-type] # written by `stated`
