"""What became of every statement, where every element comes from, and every element said back."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from backwright.diagnostics import Diagnostic, Origin
from backwright.sources.brief.assumptions import present
from backwright.sources.brief.coverage import Coverage
from backwright.sources.brief.draft import Draft
from backwright.sources.brief.facts import Aside, Can, Fact, Mention, Topic, Without
from backwright.sources.brief.model import Statement, Status
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.tokens import clean, tokenize
from backwright.sources.brief.world import Remark

__all__ = ["Found", "diagnostics_of", "origins_of", "statuses"]

Found = Sequence[tuple[str, Segment, tuple[Fact, ...]]]


def origins_of(draft: Draft) -> dict[str, str]:
    """Element path to statement or pack."""
    found: dict[str, str] = {}
    evidence: dict[str, str] = {}
    for statement, paths in draft.evidence.items():
        for path in paths:
            evidence.setdefault(path, statement)

    def note(path: str, origin: str) -> None:
        found[path] = "pack:kinds" if origin.startswith("kind:") else origin

    if draft.identity:
        note("identity", draft.entities["User"].origin)
        for role, origin in draft.roles.items():
            note(f"identity.roles.{role}", origin)
    for name, entity in draft.entities.items():
        path = f"entities.{name}"
        note(path, _best(evidence, path, entity.origin))
        for key, members in (
            ("fields", entity.fields),
            ("parts", entity.parts),
            ("computed", entity.computed),
            ("checks", entity.checks),
            ("allow", entity.allow),
        ):
            for member, value in members.items():
                note(f"{path}.{key}.{member}", _best(evidence, f"{path}.{key}.{member}", value.origin))
        if entity.owner:
            note(f"{path}.owner", found.get(f"{path}.fields.{entity.owner}", entity.origin))
        if entity.lifecycle is not None:
            note(f"{path}.lifecycle", entity.lifecycle.origin)
            note(f"{path}.fields.{entity.lifecycle.field}", entity.lifecycle.origin)
            for state in entity.lifecycle.states:
                note(f"{path}.lifecycle.states.{state}", entity.lifecycle.origin)
            for move_name, move in entity.lifecycle.transitions.items():
                note(
                    f"{path}.lifecycle.transitions.{move_name}",
                    _best(evidence, f"{path}.lifecycle.transitions.{move_name}", move.origin),
                )
    for name, (_, origin) in draft.operations.items():
        note(f"operations.{name}", _best(evidence, f"operations.{name}", origin))
    return found


def _best(evidence: dict[str, str], path: str, origin: str) -> str:
    """A statement that names the element goes before the pack that filled it."""
    if origin.startswith("s") and origin[1:].isdigit():
        return origin
    return evidence.get(path, origin)


def statuses(found: Found, left: Sequence[Segment], draft: Draft, remarked: frozenset[str]) -> tuple[Statement, ...]:
    """Used, partly used, set aside or not understood: every statement is one of them."""
    result: list[Statement] = []
    coverage = Coverage(draft)
    for identifier, item, facts in found:
        elements = tuple(path for path in draft.evidence.get(identifier, {}) if present(draft, path))
        lost = coverage.lost(identifier, item, facts, elements)
        status = _status(draft, identifier, facts, elements)
        if status == "used" and (lost or identifier in remarked):
            status = "partly used"
        result.append(Statement(identifier, item.text, status, elements, item.offset, item.length, lost))
    for number, item in enumerate(left, len(found) + 1):
        result.append(Statement(f"s{number}", item.text, "not understood", (), item.offset, item.length))
    return tuple(result)


def _status(draft: Draft, identifier: str, facts: tuple[Fact, ...], elements: tuple[str, ...]) -> Status:
    meant = [fact for fact in facts if not isinstance(fact, Aside)]
    if meant and not elements and all(isinstance(fact, Can) and fact.verb.act == "unknown" for fact in meant):
        return "not understood"
    if elements:
        return "partly used" if len(meant) < len(facts) else "used"
    if any(isinstance(fact, Without) for fact in meant) and identifier in draft.evidence:
        return "used"
    if any(isinstance(fact, Topic) for fact in meant):
        return "used"
    if meant and all(isinstance(fact, Mention) for fact in meant):
        return "set aside"
    return "set aside" if facts else "not understood"


def diagnostics_of(
    found: Found, left: Sequence[Segment], text: str, cut: bool, remarks: Sequence[Remark]
) -> tuple[Diagnostic, ...]:
    """What the author should know: what was not understood, what was read as another word, what was too much."""
    result: list[Diagnostic] = []
    starts = _line_starts(text)
    for identifier, item, facts in found:
        origin = _place(starts, item.offset, identifier)
        if not facts and item.form != "heading":
            result.append(
                Diagnostic(
                    "brief/not-understood",
                    f"this statement was not understood: “{_short(item.text)}”",
                    origin,
                    "Say it as “who may do what” or “what has what”, one thing in a sentence.",
                    "warning",
                )
            )
        result.extend(_spelling(item, origin))
        for fact in facts:
            if isinstance(fact, Aside) and "not compiled" in fact.reason:
                said = f"{fact.reason.partition(' is ')[0]} is set aside: “{_short(item.text)}”"
                result.append(Diagnostic("brief/not-yet", said, origin, "This version does not compile it.", "note"))
        for remark in remarks:
            if remark.origin == identifier:
                said, severity = f"{remark.message}: “{_short(item.text)}”", "error" if remark.stops else "warning"
                result.append(Diagnostic(remark.code, said, origin, remark.help, severity))  # type: ignore[arg-type]
    if left or cut:
        result.append(
            Diagnostic(
                "brief/too-long",
                f"{len(left)} statements at the end were not read" if left else "the end of the brief was not read",
                _place(starts, left[0].offset if left else len(text), ""),
                "Shorten the brief, or cut it into several services.",
                "warning",
            )
        )
    return tuple(dict.fromkeys(result))


def _spelling(item: Segment, origin: Origin) -> list[Diagnostic]:
    """The words of a statement that were read as others."""
    advice = "Correct the word if something else is meant."
    return [
        Diagnostic("brief/spelling", f"“{token.written}” was read as “{token.word}”", origin, advice, "note")
        for token in tokenize(clean(item.text)[:2000])
        if token.word != token.written
    ]


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _place(starts: list[int], offset: int, source: str) -> Origin:
    line = bisect_right(starts, offset)
    return Origin(line=line, column=offset - starts[line - 1] + 1, source=source)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
