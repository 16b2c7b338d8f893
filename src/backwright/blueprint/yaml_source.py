"""From characters to a located document; every YAML mistake becomes a diagnostic."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from backwright.blueprint.alignment import align
from backwright.blueprint.document import Entry, Mapping, Node, Scalar, Sequence
from backwright.blueprint.text import Text
from backwright.blueprint.yaml_mistakes import explain
from backwright.diagnostics import Diagnostic, Origin

__all__ = ["MAX_BYTES", "MAX_DEPTH", "read_document"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_MAX_REPAIRS = 25


def read_document(text: str, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The document's root, or None, and everything that YAML has against it."""
    start = Origin(file, 1, 1)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        reason = f"the file is larger than {MAX_BYTES:,} bytes"
        return None, (Diagnostic("blueprint/too-large", reason, start, "Split the application into services."),)
    original = text.split("\n")
    lines = list(original)
    shifts: dict[int, int] = {}
    inserted: dict[int, tuple[int, ...]] = {}
    repaired: set[int] = set()
    found: list[Diagnostic] = []
    for _ in range(_MAX_REPAIRS):
        composer = _Composer(file, original, shifts, inserted)
        try:
            root = composer.compose("\n".join(lines))
        except ReaderError as error:
            found.append(_unreadable(error, text, file))
            return None, tuple(found)
        except _TooDeep as error:
            reason = f"more than {MAX_DEPTH} levels are nested here"
            found.append(Diagnostic("blueprint/too-deep", reason, error.origin, "A blueprint needs about ten levels."))
            return None, tuple(found)
        except MarkedYAMLError as error:
            mistake = explain(error, lines, file)
            found += [mistake.diagnostic, *mistake.others]
            if mistake.repaired is None or mistake.line in repaired:
                return None, tuple(dict.fromkeys(found))
            repaired.add(mistake.line)
            if mistake.diagnostic.code == "blueprint/tab":
                shifts[mistake.line] = len(mistake.repaired) - len(lines[mistake.line])
            inserted[mistake.line] = mistake.inserted
            lines[mistake.line] = mistake.repaired
        except (YAMLError, ValueError, AssertionError) as error:
            reason = f"this is not YAML: {str(error).splitlines()[0] if str(error) else 'it cannot be read'}"
            found.append(Diagnostic("blueprint/syntax", reason, start, "Check brackets, quotes and indentation."))
            return None, tuple(found)
        else:
            found.extend(composer.diagnostics)
            if root is None and not found:
                found.append(Diagnostic("blueprint/empty", "the file is empty", start, "Begin with 'backwright: 1'."))
            return root, tuple(found)
    return None, tuple(found)


def _unreadable(error: ReaderError, text: str, file: str) -> Diagnostic:
    position = int(error.position or 0)
    before = text[:position]
    origin = Origin(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
    code = ord(text[position]) if position < len(text) else 0
    return Diagnostic(
        "blueprint/encoding",
        f"the character U+{code:04X} is not allowed in YAML",
        origin,
        "Save the file as plain UTF-8.",
    )


class _TooDeep(Exception):
    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin


@dataclass(slots=True)
class _Open:
    """A collection that is being read; `key` waits for its value."""

    origin: Origin
    is_mapping: bool
    flow: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    key: Text | None = None
    skip: bool = False


class _Composer:
    def __init__(
        self, file: str, lines: list[str], shifts: dict[int, int], inserted: dict[int, tuple[int, ...]]
    ) -> None:
        self.file = file
        self.lines = lines
        self.shifts = shifts
        self.inserted = inserted
        self.diagnostics: list[Diagnostic] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def compose(self, text: str) -> Node | None:
        parser = YAML(typ="safe", pure=True)
        for event in parser.parse(text):
            if isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents == 2:
                    self._say(
                        "blueprint/several-documents",
                        "a second document begins here",
                        event,
                        "Keep one document a file.",
                    )
            if self.documents < 2:
                self._take(event)
        return self.root

    def _take(self, event: Event) -> None:
        match event:
            case AliasEvent():
                self._say(
                    "blueprint/alias",
                    f"*{event.anchor} is an alias",
                    event,
                    "Write the value out; quote it if it is an expression.",
                )
                self._add(Scalar(Text(value="", origin=self._origin(event))), event)
            case ScalarEvent():
                self._anchor(event)
                self._add(self._scalar(event), event)
            case MappingStartEvent() | SequenceStartEvent():
                self._anchor(event)
                if event.tag is not None:
                    self._say(
                        "blueprint/tag", f"'{event.tag}' is a YAML tag", event, "Blueprints use no tags; remove it."
                    )
                if len(self.stack) >= MAX_DEPTH:
                    raise _TooDeep(self._origin(event))
                flow = bool(event.flow_style)
                self.stack.append(_Open(self._origin(event), isinstance(event, MappingStartEvent), flow))
            case MappingEndEvent():
                closed = self.stack.pop()
                self._add(Mapping(tuple(closed.entries), closed.origin), event)
            case SequenceEndEvent():
                closed = self.stack.pop()
                self._add(Sequence(tuple(closed.items), closed.origin), event)

    def _add(self, node: Node, event: Event) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is not None:
            if not parent.skip:
                parent.entries.append(Entry(parent.key, node))
            parent.key, parent.skip = None, False
        else:
            self._key(parent, node, event)

    def _key(self, parent: _Open, node: Node, event: Event) -> None:
        if not isinstance(node, Scalar):
            self._say("blueprint/wrong-kind", "a key must be a word", event, "Quote the line if it is one value.")
            parent.key, parent.skip = Text(value="", origin=node.origin), True
            return
        key = node.text
        first = next((entry.key for entry in parent.entries if entry.key.value == key.value), None)
        parent.key = key
        if first is not None:
            reason = f"'{key.value}' is written twice, first on line {first.origin.line}"
            self._say("blueprint/duplicate-key", reason, event, "Keep one of them.")
            parent.skip = True
        elif parent.flow and parent.entries and _is_cut(parent.entries[-1].value):
            self._join(parent, event)
            parent.skip = True

    def _join(self, parent: _Open, event: Event) -> None:
        """Put a value together again that a comma of a one-line mapping has cut."""
        cut = parent.entries[-1]
        start, mark = cut.value.origin, event.end_mark
        if "," not in getattr(cut.value, "text", cut.key).value:
            reason = "inside a one-line { … }, YAML ends a value at a comma"
            advice = "Quote the value, or write each entry on a line of its own."
            self.diagnostics.append(Diagnostic("blueprint/quote", reason, start, advice))
        if mark.line + 1 == start.line:
            whole = self.lines[mark.line][start.column - 1 : self._column(mark.line, mark.column)]
            parent.entries[-1] = Entry(cut.key, Scalar(Text(value=whole, origin=start)))

    def _scalar(self, event: ScalarEvent) -> Scalar:
        value, plain = str(event.value), event.style is None
        start, end = event.start_mark, event.end_mark
        if event.tag is not None:
            self._say(
                "blueprint/tag",
                "YAML reads a leading ! as a tag, not as 'not'",
                event,
                'Quote the expression: "!…".',
            )
            first, last = self._column(start.line, start.column), self._column(end.line, end.column)
            value = self.lines[start.line][first:last] if start.line == end.line else value
        text = Text(value=value, origin=self._origin(event), runs=self._runs(value, event))
        text = text.model_copy(update={"origin": text.at(0)})
        comment = None
        if plain and value:
            column = self._column(end.line, end.column)
            after = self.lines[end.line][column:]
            if after.startswith(" ") and after.lstrip().startswith("#"):
                comment = Origin(self.file, end.line + 1, column + after.index("#") + 1)
        return Scalar(text, plain, comment)

    def _runs(self, value: str, event: ScalarEvent) -> tuple[tuple[int, int, int], ...]:
        """Align the value with its source: folding, quotes and escapes move characters."""
        line = event.start_mark.line
        column = self._column(line, event.start_mark.column)
        source = self.lines[line] if line < len(self.lines) else ""
        opening = source[column : column + 1]
        repaired = event.style == "'" and opening != "'"
        if event.style is None or repaired:
            if event.start_mark.line == event.end_mark.line or repaired:
                return ((0, line + 1, column + 1),)
        elif event.style in ("'", '"'):
            column += 1
        else:
            line, column = line + 1, 0
        return align(value, self.lines, line, column, event.style)

    def _anchor(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None:
            self._say(
                "blueprint/alias", f"&{event.anchor} is an anchor", event, "Write the value out where it is used."
            )

    def _origin(self, event: Event) -> Origin:
        line = event.start_mark.line
        return Origin(self.file, line + 1, self._column(line, event.start_mark.column) + 1)

    def _column(self, line: int, column: int) -> int:
        """Where a column stands in what the author wrote."""
        return column - self.shifts.get(line, 0) - sum(at < column for at in self.inserted.get(line, ()))

    def _say(self, code: str, message: str, event: Event, advice: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, self._origin(event), advice))


def _is_cut(node: Node) -> bool:
    """True where a plain value ends with a bracket or quote still open."""
    if not isinstance(node, Scalar) or not node.plain:
        return False
    text = node.text.value
    return text.count("(") > text.count(")") or text.count('"') % 2 == 1
