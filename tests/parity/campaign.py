"""Many sequences against one pair of servers, with a report of what was sent, reached and found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.parity.coverage import Coverage, covered
from tests.parity.differential import Difference, Duel
from tests.parity.outage import without_database
from tests.parity.sequences import Sequences
from tests.parity.shrinking import smallest
from tests.parity.steps import Step

__all__ = ["Report", "campaign"]

_LENGTH = 50
# A rare answer may take longer than was asked for.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What a campaign did; `unsteady` differences did not come again."""

    steps: int
    differences: tuple[Difference, ...]
    unsteady: tuple[Difference, ...]
    coverage: Coverage

    def __str__(self) -> str:
        lines = [
            f"{self.steps} steps, {len(self.differences)} differences, {len(self.unsteady)} that did not come again"
        ]
        lines += [f"\n{each}\n" for each in (*self.differences, *self.unsteady)]
        return "\n".join([*lines, str(self.coverage)])


def campaign(duel: Duel, steps: int, seed: int, most: int = 10) -> Report:
    """Sequences of random requests until so many were sent; then each operation without its database."""
    documented = duel.documented
    justified = {pair for pair, _ in covered(duel.running.plan, documented, ()).justified}
    wanted = {
        name: tuple(each for each in found if (name, each) not in justified) for name, found in documented.items()
    }
    drawn = Sequences(duel.running.plan, seed, wanted, duel.running.password)
    found: dict[str, Difference] = {}
    unsteady: list[Difference] = []
    total = 0
    while (total < steps or (drawn.is_waiting and total < _PATIENCE * steps)) and len(found) < most:
        before = duel.sent
        difference = duel.play(_some(duel, drawn))
        total += duel.sent - before
        if difference is not None and difference.kind not in found:
            shrunk = smallest(duel, difference)
            if shrunk is None:
                unsteady.append(difference)
            else:
                found[difference.kind] = shrunk
    duel.play(())
    outage = without_database(duel, duel.running.password)
    if outage is not None:
        found[outage.kind] = outage
    return Report(total, tuple(found.values()), tuple(unsteady), covered(duel.running.plan, documented, duel.answered))


def _some(duel: Duel, drawn: Sequences) -> Iterator[Step]:
    for _ in range(_LENGTH):
        for operation, status in duel.answered:
            drawn.answered(operation, status)
        yield drawn.step()
