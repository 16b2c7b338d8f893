"""Where the characters of a quoted, folded or literal scalar stand: quotes, escapes and line folding move them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["align"]

Run = tuple[int, int, int]
_HEXADECIMAL = {"x": 4, "u": 6, "U": 10}


@dataclass(slots=True)
class _Cursor:
    lines: list[str]
    line: int
    column: int

    @property
    def at_end(self) -> bool:
        return self.line >= len(self.lines)

    @property
    def character(self) -> str:
        """The character under the cursor; empty at the end of a line."""
        return "" if self.at_end else self.lines[self.line][self.column : self.column + 1]

    def skip_blanks(self) -> None:
        """Go to the next character that is not white space, over the ends of lines."""
        while not self.at_end:
            rest = self.lines[self.line][self.column :]
            blanks = len(rest) - len(rest.lstrip())
            if blanks < len(rest):
                self.column += blanks
                return
            self.line, self.column = self.line + 1, 0

    def escape(self) -> int:
        """How many characters the escape under the cursor takes."""
        return _HEXADECIMAL.get(self.lines[self.line][self.column + 1 : self.column + 2], 2)


def align(value: str, lines: list[str], line: int, column: int, style: str | None) -> tuple[Run, ...]:
    """The runs of `value`, as offset, line and column, where its source begins at `line` and `column` (from 0)."""
    cursor = _Cursor(lines, line, column)
    runs: list[Run] = []
    expected: tuple[int, int] | None = None
    for offset, character in enumerate(value):
        width = _step(cursor, character, style)
        if expected != (cursor.line, cursor.column):
            runs.append((offset, cursor.line + 1, cursor.column + 1))
        cursor.column += width
        expected = (cursor.line, cursor.column) if width == 1 else None
    return tuple(runs) or ((0, line + 1, column + 1),)


def _step(cursor: _Cursor, character: str, style: str | None) -> int:
    """Move to the source of a character, and say how many characters it takes there."""
    if character.isspace():
        if style == '"' and cursor.character == "\\":
            return cursor.escape()
        return 1 if cursor.character.isspace() else 0
    cursor.skip_blanks()
    if style == '"' and cursor.character == "\\":
        if cursor.column + 1 < len(cursor.lines[cursor.line]):
            return cursor.escape()
        cursor.line, cursor.column = cursor.line + 1, 0
        cursor.skip_blanks()
    return 2 if style == "'" and character == "'" else 1
