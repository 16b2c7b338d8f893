"""Markdown as far as the pages use it: fenced blocks, headings, links, words of code, tables (CommonMark 0.31, GFM)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

__all__ = ["Block", "Page", "Row", "pages"]

_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^ *```[ \t]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `place` is its page and line, `language` the first word behind the fence."""

    place: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the first word of the table's head and the heading that it stands below."""

    place: str
    head: str
    heading: str
    cells: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The words of code in its first cell."""
        return tuple(_CODE.findall(self.cells[0]))


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its path in the project."""

    path: str
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        """In their order."""
        return tuple(
            Block(self._place(self.text, found.start()), found[2], dedent(found[3]))
            for found in _FENCE.finditer(self.text)
        )

    @property
    def anchors(self) -> frozenset[str]:
        """What links may name, as GitHub makes it of headings."""
        return frozenset(_anchor(title) for _, title in _HEADING.findall(self._prose))

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Place and target of each."""
        return self._found(_LINK)

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Place and text of what stands between backticks."""
        return self._found(_CODE)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Of all tables."""
        found, heading, head = [], "", ""
        for number, line in enumerate(self._prose.splitlines(), 1):
            if line.startswith("#"):
                heading = line.lstrip("# ")
            cells = tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) if line.startswith("| ") else ()
            if not cells:
                head = ""
            elif not head:
                head = cells[0]
            elif not set(cells[0]) <= set("-: "):
                found.append(Row(f"{self.path}:{number}", head, heading, cells))
        return tuple(found)

    @property
    def _prose(self) -> str:
        """Without the blocks, whose lines are left empty."""
        return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), self.text)

    def _found(self, pattern: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
        prose = self._prose
        return tuple((self._place(prose, found.start()), found[1]) for found in pattern.finditer(prose))

    def _place(self, text: str, position: int) -> str:
        return f"{self.path}:{text.count(chr(10), 0, position) + 1}"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def pages(folder: Path) -> tuple[Page, ...]:
    """The README and everything in `documentation/`, in the order of their paths."""
    found = [folder / "README.md", *sorted((folder / "documentation").rglob("*.md"))]
    return tuple(
        Page(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")) for path in found if path.is_file()
    )
