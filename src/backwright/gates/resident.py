"""What a server holds in memory, as the kernel counts it (proc(5), VmRSS)."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

__all__ = ["resident"]

_LOOKS, _PAUSE = 20, 0.25


def resident(group: int) -> float | None:
    """MB of a process group, the least of five seconds, as garbage may still be there; None where nothing says."""
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
