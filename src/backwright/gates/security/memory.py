"""F11: attacks that come again and again leave nothing behind in the server's memory (CWE-400)."""

from __future__ import annotations

from collections.abc import Callable

from backwright.gates.resident import resident
from backwright.gates.security.stage import Stage

__all__ = ["memory"]

_MOST, _SHARE = 20.0, 0.1
_WARM, _ROUNDS, _SPANS = 3, 8, 2


def memory(stage: Stage, attack: Callable[[], None]) -> None:
    """After a few rounds of `attack`, eight more may add 20 MB or a tenth.

    A heap may still be settling, so where more was added eight others are judged: it comes to rest, a leak does not.
    """
    before = _after(stage, attack, _WARM)
    if before is None:
        stage.not_applicable("F11", "this machine does not tell what a process holds")
        return
    held, settled = [before], False
    while not settled and len(held) <= _SPANS:
        after = _after(stage, attack, _ROUNDS)
        if after is None:
            # The server has ended, which was said.
            return
        settled = after - held[-1] <= max(_MOST, _SHARE * held[-1])
        held.append(after)
    said = ", then ".join(f"{each:.0f} MB" for each in held)
    reason = f"F11: the server held {said}, each time after the same attacks {_ROUNDS} times more"
    stage.holds(settled, "gate/security-memory", reason)


def _after(stage: Stage, attack: Callable[[], None], rounds: int) -> float | None:
    for _ in range(rounds):
        attack()
    return resident(stage.server.pid)
