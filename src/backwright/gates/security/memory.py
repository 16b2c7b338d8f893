"""F11: attacks that come again and again leave nothing behind in the server's memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.gates.resident import resident
from backwright.gates.security.stage import Stage

__all__ = ["Memory"]

_MOST, _SHARE = 20.0, 0.1


@dataclass(slots=True)
class Memory:
    """What the server holds when it is made, after everything has been sent once, and when it is judged."""

    stage: Stage
    before: float | None = field(init=False)

    def __post_init__(self) -> None:
        self.before = resident(self.stage.server.pid)

    def judge(self) -> None:
        """It may have grown by 20 MB or a tenth."""
        after = resident(self.stage.server.pid)
        if self.before is None or after is None:
            self.stage.not_applicable("F11", "this machine does not tell what a process holds")
            return
        allowed = max(_MOST, _SHARE * self.before)
        reason = f"F11: the server held {self.before:.0f} MB and holds {after:.0f} MB after the same attacks once more"
        self.stage.holds(after - self.before <= allowed, "gate/security-memory", reason)
