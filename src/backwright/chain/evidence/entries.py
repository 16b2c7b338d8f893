"""The gates of a report, typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Failure", "Gate", "gates_of"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a gate found; no line where the place is not known."""

    code: str
    message: str
    help: str
    file: str
    line: int
    column: int

    @property
    def place(self) -> str:
        """`blueprint.yaml:12:3`, or nothing."""
        return f"{self.file}:{self.line}:{self.column}" if self.file and self.line else self.file


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate's entry."""

    name: str
    status: str
    count: int
    unit: str
    reason: str
    seconds: float
    tool: str
    started: str
    failures: tuple[Failure, ...]


def gates_of(document: Mapping[str, object]) -> Iterator[Gate]:
    """The entries of a report, in its order."""
    listed = document.get("gates")
    for entry in listed if isinstance(listed, list) else ():
        failures = entry.get("failures")
        yield Gate(
            name=str(entry["name"]),
            status=str(entry["status"]),
            count=int(entry["count"]),
            unit=str(entry["unit"]),
            reason=str(entry["reason"]),
            seconds=float(entry["seconds"]),
            tool=str(entry.get("tool", "")),
            started=str(entry["started"]),
            failures=tuple(_failure(each) for each in failures if isinstance(each, dict)),
        )


def _failure(each: Mapping[str, object]) -> Failure:
    line, column = each.get("line"), each.get("column")
    return Failure(
        code=str(each.get("code", "")),
        message=str(each.get("message", "")),
        help=str(each.get("help", "")),
        file=str(each.get("file", "")),
        line=line if isinstance(line, int) else 0,
        column=column if isinstance(column, int) else 0,
    )
