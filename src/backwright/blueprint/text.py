"""Characters of a blueprint that still know where they stand."""

from __future__ import annotations

from bisect import bisect_right

from pydantic import BaseModel, ConfigDict

from backwright.diagnostics import Origin

__all__ = ["Text"]


class Text(BaseModel):
    """A scalar's value; `runs` maps offsets of `value` to lines and columns of the file, piece by piece."""

    model_config = ConfigDict(frozen=True)

    value: str
    origin: Origin
    runs: tuple[tuple[int, int, int], ...] = ()

    def at(self, offset: int) -> Origin:
        """Where the character at `offset` stands in the file."""
        if not self.runs:
            return Origin(self.origin.file, self.origin.line, self.origin.column + offset, self.origin.source)
        index = max(0, bisect_right(self.runs, (offset, 1 << 30, 1 << 30)) - 1)
        start, line, column = self.runs[index]
        return Origin(self.origin.file, line, column + offset - start, self.origin.source)

    def part(self, start: int, end: int) -> Text:
        """The characters from `start` to `end`, still located."""
        stops = [run[0] for run in self.runs[1:]] + [1 << 30]
        runs = tuple(
            (max(offset, start) - start, line, column + max(0, start - offset))
            for (offset, line, column), stop in zip(self.runs, stops, strict=bool(self.runs))
            if stop > start and offset < max(end, start + 1)
        )
        return Text(value=self.value[start:end], origin=self.at(start), runs=runs)
