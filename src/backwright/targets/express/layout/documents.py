"""Documents that say where a line may break, and the printer that decides where it does (Wadler, 2003)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from backwright.targets.express.text import width

__all__ = [
    "HARD",
    "LINE",
    "SOFT",
    "Choice",
    "Document",
    "Group",
    "Indent",
    "Joint",
    "OnlyBroken",
    "Value",
    "joined",
    "must_break",
    "printed",
]


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where a line may break; `flat` stands there otherwise."""

    flat: str
    hard: bool = False


@dataclass(frozen=True, slots=True)
class OnlyBroken:
    """Text that is there only in a group that is broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Indent:
    """One step further in."""

    of: Document


@dataclass(frozen=True, slots=True)
class Group:
    """Stands on one line, or every joint of it breaks."""

    of: Document
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The first that fits, the last where none does; an option fits if it does so up to its first certain break."""

    options: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What is assigned: behind a blank if its beginning fits there, else one step further in on the next line."""

    of: Document


Document = str | Joint | OnlyBroken | Indent | Group | Choice | Value | tuple["Document", ...]
SOFT, LINE, HARD = Joint(""), Joint(" "), Joint("", hard=True)
_Command = tuple[int, bool, Document]


def joined(separator: Document, parts: Iterable[Document]) -> tuple[Document, ...]:
    """The parts with the separator between them."""
    found: list[Document] = []
    for part in parts:
        found += [separator, part] if found else [part]
    return tuple(found)


def must_break(document: Document) -> bool:
    """Whether a document stands on several lines however much room there is."""
    match document:
        case tuple():
            return any(must_break(part) for part in document)
        case Joint(hard=hard):
            return hard
        case Group(of, broken):
            return broken or must_break(of)
        case Choice(options):
            return all(must_break(option) for option in options)
        case Indent(of) | Value(of):
            return must_break(of)
        case _:
            return False


def printed(document: Document, margin: int, room: int) -> list[str]:
    """The lines of a document that begins at a margin; `room` is the longest line."""
    lines = [" " * margin]
    pending: list[_Command] = [(margin, True, document)]
    while pending:
        indent, broken, part = pending.pop()
        match part:
            case str():
                lines[-1] += part
            case tuple():
                pending += [(indent, broken, each) for each in reversed(part)]
            case Indent(of):
                pending.append((indent + 2, broken, of))
            case OnlyBroken(text):
                lines[-1] += text if broken else ""
            case Joint(flat, hard):
                if broken or hard:
                    lines.append(" " * indent)
                else:
                    lines[-1] += flat
            case Group(of, always):
                fits = not broken or _fits((indent, False, of), pending, room - width(lines[-1]))
                pending.append((indent, always or not fits, of))
            case Choice(options) if broken:
                pending.append(_chosen(options, indent, pending, room - width(lines[-1])))
            case Choice(options):
                pending.append((indent, False, options[0]))
            case Value(of):
                here = not broken or _fits(
                    (indent, False, " "), [*pending, (indent, True, of)], room - width(lines[-1])
                )
                lines[-1:] = [f"{lines[-1]} "] if here else [lines[-1], " " * (indent + 2)]
                pending.append((indent if here else indent + 2, broken, of))
            case _:
                assert_never(part)
    return [line.rstrip() for line in lines]


def _chosen(options: tuple[Document, ...], indent: int, rest: list[_Command], room: int) -> _Command:
    for option in options[:-1]:
        if _fits((indent, False, option), rest, room):
            return indent, False, option
    return indent, True, options[-1]


def _fits(first: _Command, rest: list[_Command], room: int) -> bool:
    """Whether everything up to the first break fits; groups behind may break."""
    pending = [first]
    behind = len(rest)
    while room >= 0:
        if not pending:
            if not behind:
                return True
            behind -= 1
            pending.append(rest[behind])
        indent, broken, part = pending.pop()
        match part:
            case str():
                room -= width(part)
            case tuple():
                pending += [(indent, broken, each) for each in reversed(part)]
            case Indent(of):
                pending.append((indent, broken, of))
            case OnlyBroken(text):
                room -= width(text) if broken else 0
            case Joint(flat, hard):
                if broken or hard:
                    return True
                room -= len(flat)
            case Group(of, always):
                pending.append((indent, broken or always, of))
            case Choice(options):
                pending.append((indent, broken, options[-1] if broken else options[0]))
            case Value() if broken:
                return True
            case Value(of):
                pending.append((indent, broken, (" ", of)))
            case _:
                assert_never(part)
    return False
