"""Texts by the name of their field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from backwright.lowering.seeds_words import (
    ADJECTIVES,
    CITIES,
    COLOURS,
    COMPANIES,
    FIRST,
    LAST,
    NOTES,
    NOUNS,
    REASONS,
    SENTENCES,
    STREETS,
    TAGS,
    TASKS,
    TOPICS,
)
from backwright.lowering.specimens.patterns import matching, text_of
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Text
from backwright.plan.naming import snake

__all__ = ["Draw", "text"]

T = TypeVar("T")
_NAMES = {"name", "title", "label", "headline", "subject", "display"}
_LONG = 300
_SHORT = 40


@dataclass(slots=True)
class Draw:
    """Where the values of one row come from: `number` is a digest, `index` the place among its kind."""

    entity: Entity
    index: int
    number: int
    row: Mapping[str, Value] = field(default_factory=dict)
    person: bool = False
    shelf: bool = False
    samples: tuple[str, ...] = ()

    def of(self, pool: tuple[T, ...], step: int = 1) -> T:
        """One of a pool."""
        return pool[self.number // step % len(pool)]

    @property
    def someone(self) -> str:
        """The name of a person, another one for every row of a kind."""
        size = len(FIRST) * len(LAST)
        place = (self.index * 37 + len(self.entity.name) * 101) % size
        return f"{FIRST[place % len(FIRST)]} {LAST[(place * 7 + place // len(FIRST)) % len(LAST)]}"

    @property
    def something(self) -> str:
        """The name of a thing, where there are enough of them another one for every row of a kind."""
        if self.samples:
            place, round_ = self.index % len(self.samples), self.index // len(self.samples)
            if self.entity.whole:
                return self.samples[self.number % len(self.samples)]
            return (
                self.samples[place]
                if not round_
                else f"{ADJECTIVES[round_ * 5 % len(ADJECTIVES)]} {self.samples[place]}"
            )
        if self.shelf and self.index < len(TOPICS):
            return TOPICS[(self.index * 5 + len(self.entity.name)) % len(TOPICS)]
        place = self.index * 29 + len(self.entity.name) * 13
        return f"{ADJECTIVES[place % len(ADJECTIVES)]} {NOUNS[(place + place // len(ADJECTIVES)) % len(NOUNS)]}"


def text(draw: Draw, each: Field, kind: Text) -> str:
    """A text that fits the name, the lengths and the pattern."""
    words = set(snake(each.name).split("_"))
    if kind.pattern:
        return _patterned(draw, kind, kind.pattern)
    match kind.format:
        case "email":
            return f"{_slug(draw.someone, '.')}@example.com"
        case "url":
            return f"https://example.com/{_slug(_named(draw), '-')}"[: kind.max_length]
        case "slug":
            return _cut(_slug(_named(draw), "-"), kind)
        case "phone":
            return f"+4930{1_000_000 + draw.number % 8_999_999}"
        case "plain":
            return _fitted(_plain(draw, each, kind, words), kind)


def _named(draw: Draw) -> str:
    known = next((str(value) for name, value in draw.row.items() if name in ("name", "title") and value), None)
    return known or (draw.someone if draw.person else draw.something)


Choice = tuple[frozenset[str], Callable[[Draw], str]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CHOICES: tuple[Choice, ...] = (
    (_words("firstname given forename"), lambda draw: draw.someone.split()[0]),
    (_words("lastname surname family"), lambda draw: draw.someone.split()[1]),
    (_words("nickname username handle"), lambda draw: f"{draw.someone.split()[0].lower()}{draw.index + 1}"),
    (_words("city town place location"), lambda draw: draw.of(CITIES)[0]),
    (_words("country nation"), lambda draw: draw.of(CITIES)[1]),
    (_words("zip zipcode postal postcode"), lambda draw: draw.of(CITIES)[2]),
    (_words("street line1 line"), lambda draw: f"{draw.of(STREETS)} {1 + draw.number % 120}"),
    (_words("address"), lambda draw: f"{draw.of(STREETS, 7)} {1 + draw.number % 120}, {draw.of(CITIES)[0]}"),
    (
        _words("company organisation organization employer brand manufacturer publisher"),
        lambda draw: draw.of(COMPANIES),
    ),
    (_words("colour color"), lambda draw: draw.of(COLOURS)),
    (_words("currency"), lambda _: "EUR"),
    (_words("language locale"), lambda draw: draw.of(("en", "de", "fr", "es"))),
    (_words("tag tags keyword keywords"), lambda draw: draw.of(TAGS)),
    (_words("unit"), lambda draw: draw.of(("piece", "kg", "litre", "hour"))),
    (_words("room shelf seat slot gate bay"), lambda draw: f"{'ABCDEF'[draw.number % 6]}{1 + draw.index % 40}"),
    (_words("timezone"), lambda _: "Europe/Berlin"),
)
_CODES = _words("code key number no reference serial plate identifier barcode isbn iban vin token")
_PEOPLE = _words(
    "author person contact guest holder owner speaker teacher driver passenger recipient sender host artist"
)
_REASONS = _words("reason purpose cause motive")
_NOTES = _words("note notes remark remarks comment message instruction instructions feedback reply")


def _plain(draw: Draw, each: Field, kind: Text, words: set[str]) -> str:
    if each.secret:
        return f"{draw.number:012x}" * 4
    for names, choose in _CHOICES:
        if words & names:
            return choose(draw)
    if words == {"first", "name"} or words == {"last", "name"}:
        return draw.someone.split()["last" in words]
    if words & _CODES or (each.unique and kind.max_length <= _SHORT and not words & _NAMES):
        return f"{_initials(draw.entity.name)}-{1001 + draw.index * 7}"
    if words & _REASONS:
        return draw.of(REASONS, 3)
    if words & _NOTES or (_kind(draw.entity) in _NOTES and not words & _NAMES):
        return draw.of(NOTES, 3)
    if kind.multiline or kind.max_length > _LONG:
        return " ".join(SENTENCES[(draw.number // 5 + at * 7) % len(SENTENCES)] for at in range(1 + draw.number % 3))
    if words & _NAMES:
        if draw.person or each.personal or words & _PEOPLE:
            return draw.someone
        return _task(draw) if words & {"title", "headline", "subject"} and draw.entity.lifecycle else draw.something
    if words & _PEOPLE:
        return draw.someone
    return draw.something if each.unique else draw.of(TOPICS, 11)


def _kind(entity: Entity) -> str:
    return snake(entity.name).rpartition("_")[2]


def _task(draw: Draw) -> str:
    round_ = draw.index // len(TASKS)
    task = TASKS[draw.index % len(TASKS)]
    return task if not round_ else f"{task} ({round_ + 1})"


def _initials(name: str) -> str:
    capitals = "".join(letter for letter in name if letter.isupper())
    return capitals if len(capitals) > 1 else name[:2].upper()


def _slug(text: str, joint: str) -> str:
    plain = text.lower().replace("ö", "o").replace("ü", "u").replace("ä", "a")
    return joint.join(re.findall(r"[a-z0-9]+", plain)) or "item"


def _cut(slug: str, kind: Text) -> str:
    return slug[: kind.max_length].strip("-").ljust(kind.min_length, "x") or "x"


def _fitted(text: str, kind: Text) -> str:
    if len(text) > kind.max_length and " " in text:
        shorter = text[: kind.max_length + 1].rsplit(" ", 1)[0]
        text = shorter if len(shorter) >= kind.min_length else text
    text = text[: kind.max_length].strip() or "x"[: kind.max_length]
    return text.ljust(kind.min_length, ".")


def _patterned(draw: Draw, kind: Text, pattern: str) -> str:
    """The words of the row in capitals where the pattern lets them, else digits and letters that it asks for."""
    letters = re.sub(r"[^A-Za-z]", "", _named(draw))
    tries = [letters[:size] for size in range(min(kind.max_length, 6), max(kind.min_length, 3) - 1, -1)]
    for candidate in [word for each in tries for word in (each.upper(), each.lower())]:
        if kind.min_length <= len(candidate) <= kind.max_length and re.search(pattern, candidate):
            return candidate
    picks = matching(pattern, kind.min_length, kind.max_length)
    return text_of(picks, draw.number) if picks else "x" * kind.min_length
