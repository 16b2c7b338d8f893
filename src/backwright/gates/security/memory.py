"""F11: attacks that come again and again leave nothing behind in the server's memory."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from backwright.gates.security.stage import Stage

__all__ = ["Memory"]

_MOST, _SHARE = 20.0, 0.1
_LOOKS, _PAUSE = 20, 0.25


@dataclass(slots=True)
class Memory:
    """What the server holds when it is made, after everything has been sent once, and when it is judged."""

    stage: Stage
    before: float | None = field(init=False)

    def __post_init__(self) -> None:
        self.before = _resident(self.stage.server.pid)

    def judge(self) -> None:
        """It may have grown by 20 MB or a tenth."""
        after = _resident(self.stage.server.pid)
        if self.before is None or after is None:
            self.stage.not_applicable("F11", "this machine does not tell what a process holds")
            return
        allowed = max(_MOST, _SHARE * self.before)
        reason = f"F11: the server held {self.before:.0f} MB and holds {after:.0f} MB after the same attacks once more"
        self.stage.holds(after - self.before <= allowed, "gate/security-memory", reason)


def _resident(group: int) -> float | None:
    """MB of a process group, the least of some seconds: garbage may still be there."""
    found = [each for each in (_now(group) for _ in range(_LOOKS)) if each is not None]
    return min(found) if found else None


def _now(group: int) -> float | None:
    time.sleep(_PAUSE)
    kilobytes = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError, ValueError):
            lines = dict(line.split(":", 1) for line in status.read_text(errors="replace").splitlines() if ":" in line)
            if "VmRSS" in lines and _group_of(status.parent) == group:
                kilobytes += int(lines["VmRSS"].split()[0])
    return kilobytes / 1024 if kilobytes else None


def _group_of(process: Path) -> int:
    return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[2])
