"""What a statement says, typed. A fact names the production that found it and the span it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.sources.brief.lexicon import Verb

__all__ = [
    "ROLES",
    "Aside",
    "Can",
    "Fact",
    "Has",
    "Limit",
    "Mention",
    "NounPhrase",
    "Span",
    "States",
    "Topic",
    "Without",
]

# The production of those whom a list of roles names.
ROLES = "roles"


@dataclass(frozen=True, slots=True)
class Span:
    """Where in its statement, and by which production."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A thing named: `words` in lower case, the last one singular; `raw` as it was written, without determiners."""

    words: tuple[str, ...]
    raw: str
    plural: bool = False
    own: bool = False
    others: bool = False
    every: bool = False
    many: bool = False
    optional: bool = False
    unique: bool = False
    required: bool = False
    note: str = ""
    of: NounPhrase | None = None

    @property
    def key(self) -> str:
        """The words as one look-up key."""
        return " ".join(self.words)

    @property
    def head(self) -> str:
        """The last word."""
        return self.words[-1] if self.words else ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What the whole is about: "an API for a book store"."""

    span: Span
    noun: NounPhrase


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing or an area that shall be there: "task tracking", "categories"."""

    span: Span
    noun: NounPhrase


@dataclass(frozen=True, slots=True)
class Has:
    """`subject` has `item`: an attribute or a relation."""

    span: Span
    subject: NounPhrase
    item: NounPhrase
    single: bool = False


@dataclass(frozen=True, slots=True)
class Can:
    """`actor` may do `verb` to `object`; no actor means that the brief does not say who.

    `only`: nobody else; `limited`: nothing else; `condition`: what must hold besides.
    """

    span: Span
    actor: NounPhrase | None
    verb: Verb
    object: NounPhrase | None
    related: tuple[tuple[str, NounPhrase], ...] = ()
    only: bool = False
    negated: bool = False
    limited: bool = False
    condition: str = ""


@dataclass(frozen=True, slots=True)
class States:
    """The states of `subject`; `ordered` when the brief gives a path."""

    span: Span
    subject: NounPhrase | None
    names: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound of an attribute: `notation` is a constraint of the type notation, or `required` or `optional`."""

    span: Span
    subject: NounPhrase
    notation: str


@dataclass(frozen=True, slots=True)
class Without:
    """Something the brief rules out."""

    span: Span
    noun: NounPhrase


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that a blueprint does not say: screens, technology, quality, messages."""

    span: Span
    reason: str


Fact = Topic | Mention | Has | Can | States | Limit | Without | Aside


@dataclass(slots=True)
class Said:
    """A statement's facts, while they are found."""

    facts: list[Fact] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
