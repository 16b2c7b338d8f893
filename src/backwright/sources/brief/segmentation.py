"""Cuts a brief into statements: sentences, list items, headings, table rows, Gherkin steps, routes and JSON samples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Segment", "segment"]

Form = Literal["sentence", "bullet", "heading", "route", "sample", "code"]

_FENCE = re.compile(r"^\s*(```|~~~)\s*([A-Za-z0-9]*)")
_BULLET = re.compile(r"^(\s*)(?:[-*+•‣▪◦–—]|\d{1,3}[.)]|\(?[a-z][.)])\s+(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,})\s*$")
_BOLD_LINE = re.compile(r"^\s*(\*\*|__)([^*_]{1,80}?)\1:?\s*$")
_ROUTE = re.compile(r"^\s*`?(GET|POST|PUT|PATCH|DELETE)\s+(/[\w\-/{}:.]*)`?")
_GHERKIN_TITLE = re.compile(r"^\s*(Feature|Background|Scenario(?: Outline)?|Rule|Examples)\s*:\s*(.*)$")
_GHERKIN_STEP = re.compile(r"^\s*(Given|When|Then|And|But)\s+(?=\S)")
_LABELLED = re.compile(r"^\s*[A-Z][\w-]*(?: [\w-]+){0,2}: \S")
_SENTENCE_END = re.compile(r"(?<=[.!?;。])\s+(?=[\"'(<]?[A-Z0-9a-z/])|\n{2,}")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|incl|no|min|max|Mr|Ms|Dr|St)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A statement before it is understood; `context` holds headings and the list items above it, outermost first."""

    text: str
    offset: int
    length: int
    form: Form
    context: tuple[str, ...]


@dataclass(slots=True)
class _Cutter:
    segments: list[Segment]
    headings: list[tuple[int, str]]
    bullets: list[tuple[int, str]]
    lead: str
    paragraph: list[tuple[int, str]]

    def context(self) -> tuple[str, ...]:
        lead = (self.lead,) if self.lead else ()
        return (*(text for _, text in self.headings), *lead, *(text for _, text in self.bullets[-3:]))

    def add(self, text: str, offset: int, form: Form) -> None:
        stripped = text.strip()
        if stripped:
            start = offset + text.index(stripped[0]) if stripped[0] in text else offset
            self.segments.append(Segment(stripped, start, len(stripped), form, self.context()))

    def flush(self) -> None:
        """Ends the paragraph: its lines become sentences."""
        if not self.paragraph:
            return
        start = self.paragraph[0][0]
        whole = "\n".join(text for _, text in self.paragraph)
        self.paragraph = []
        self.bullets = []
        self.lead = ""
        for offset, sentence in _sentences(whole):
            self.add(sentence, start + offset, "sentence")
        last = whole.rstrip()
        if last.endswith(":"):
            self.lead = last[last.rfind("\n") + 1 :].strip()

    def heading(self, level: int, text: str, offset: int) -> None:
        self.flush()
        self.lead, self.bullets = "", []
        self.headings = [entry for entry in self.headings if entry[0] < level]
        self.add(text, offset, "heading")
        self.headings.append((level, text.strip()))

    def bullet(self, indent: int, text: str, offset: int) -> None:
        self.flush_keeping_lead()
        self.bullets = [entry for entry in self.bullets if entry[0] < indent]
        for at, sentence in _sentences(text):
            self.add(sentence, offset + at, "bullet")
        self.bullets.append((indent, text.strip()))

    def flush_keeping_lead(self) -> None:
        if self.paragraph:
            self.flush()


def _sentences(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[max(start, match.start() - 8) : match.start()]):
            continue
        found.append((start, text[start : match.start()]))
        start = match.end()
    found.append((start, text[start:]))
    return [(at, piece) for at, piece in found if piece.strip()]


def segment(text: str) -> tuple[Segment, ...]:
    """The statements of a brief, in order, each with its place in `text`."""
    cutter = _Cutter([], [], [], "", [])
    offset, fence, block = 0, "", (0, "", "")
    for line in text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        fenced = _FENCE.match(line)
        if fence:
            if fenced and fenced[1] == fence:
                _end_fence(cutter, block)
                fence = ""
            else:
                block = (block[0], block[1], f"{block[2]}{line}\n")
        elif fenced:
            cutter.flush()
            fence, block = fenced[1], (offset, fenced[2].lower(), "")
        else:
            _line(cutter, line, start)
    if fence:
        _end_fence(cutter, block)
    cutter.flush()
    return tuple(cutter.segments)


def _end_fence(cutter: _Cutter, block: tuple[int, str, str]) -> None:
    offset, language, body = block
    if language == "gherkin":
        for line in body.split("\n"):
            _line(cutter, line, offset)
            offset += len(line) + 1
        cutter.flush()
    elif body.lstrip()[:1] in ("{", "["):
        cutter.add(body, offset, "sample")
    elif language in ("", "text", "http") and all(_ROUTE.match(line) for line in body.split("\n") if line.strip()):
        for line in body.split("\n"):
            cutter.add(line, offset, "route")
            offset += len(line) + 1
    else:
        cutter.add(body, offset, "code")


def _line(cutter: _Cutter, line: str, start: int) -> None:
    if not line.strip():
        cutter.flush()
        if cutter.bullets:
            cutter.bullets = cutter.bullets[-3:]
        return
    if heading := _HEADING.match(line):
        cutter.heading(len(line.lstrip()) - len(line.lstrip().lstrip("#")), heading[1], start + heading.start(1))
    elif _UNDERLINE.match(line) and cutter.paragraph:
        at, title = cutter.paragraph.pop()
        cutter.flush()
        cutter.heading(1 if "=" in line else 2, title, at)
    elif bold := _BOLD_LINE.match(line):
        cutter.heading(7, bold[2], start + bold.start(2))
    elif titled := _GHERKIN_TITLE.match(line):
        level = 8 if titled[1] == "Feature" else 9
        cutter.heading(level, titled[2] or titled[1], start)
    elif _ROUTE.match(line):
        cutter.flush()
        cutter.add(line, start, "route")
    elif bullet := _BULLET.match(line):
        content = line[bullet.end() :]
        if _ROUTE.match(content):
            cutter.flush_keeping_lead()
            cutter.add(content, start + bullet.end(), "route")
        else:
            cutter.bullet(len(bullet[1].expandtabs(4)), content, start + bullet.end())
    elif line.lstrip().startswith("|"):
        _row(cutter, line, start)
    elif step := _GHERKIN_STEP.match(line):
        if cutter.headings and cutter.headings[-1][0] >= 8:
            cutter.flush()
            cutter.add(line[step.end() :], start + step.end(), "sentence")
        else:
            cutter.paragraph.append((start, line))
    elif cutter.bullets and line.startswith("  ") and not cutter.paragraph:
        cutter.bullet(len(line) - len(line.lstrip()), line.strip(), start + len(line) - len(line.lstrip()))
    else:
        if cutter.paragraph and line[:1].isupper() and _LABELLED.match(cutter.paragraph[0][1]):
            cutter.flush()
        cutter.paragraph.append((start, line))


def _row(cutter: _Cutter, line: str, start: int) -> None:
    """A table row: its first cell is what the row is about."""
    cutter.flush_keeping_lead()
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if not all(set(cell) <= set("-: ") for cell in cells):
        cutter.add(
            " ".join(f"{cells[0]}: {', '.join(cells[1:])}".split()) if len(cells) > 1 else cells[0], start, "bullet"
        )
