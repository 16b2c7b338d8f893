"""What a server holds in memory, as the kernel counts it (proc(5), VmRSS and VmHWM)."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

__all__ = ["most_resident", "resident"]

_LOOKS, _PAUSE = 20, 0.25


def resident(group: int) -> float | None:
    """MB of a process group, the least of five seconds, as garbage may still be there; None where nothing says."""
    found = []
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        found.append(_sum(group, "VmRSS"))
    return min((each for each in found if each is not None), default=None)


def most_resident(group: int) -> float | None:
    """The most MB that the processes of a group have ever held; None where nothing says."""
    return _sum(group, "VmHWM")


def _sum(group: int, line: str) -> float | None:
    kilobytes = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError, ValueError):
            lines = dict(each.split(":", 1) for each in status.read_text(errors="replace").splitlines() if ":" in each)
            if line in lines and _group_of(status.parent) == group:
                kilobytes += int(lines[line].split()[0])
    return kilobytes / 1024 if kilobytes else None


def _group_of(process: Path) -> int:
    return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[2])
