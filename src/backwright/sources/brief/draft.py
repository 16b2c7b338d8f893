"""The blueprint while it grows: every element with its origin, every inference with the edit that removes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from backwright.packs import Data
from backwright.sources.brief.model import Confidence

__all__ = ["Draft", "EntityDraft", "FieldDraft", "Grant", "LifecycleDraft", "Supposition", "TransitionDraft"]


@dataclass(slots=True)
class FieldDraft:
    """A field in the type notation."""

    notation: str
    origin: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may do something: a role, `signed in`, `anyone` or `=sender`; `own` limits it to what is theirs.

    `only`: nobody else; `limited`: such rows and no others; `condition`: only while it holds;
    `quality`: only what is called so, such as sealed documents.
    """

    action: str
    who: str
    own: bool
    every: bool
    only: bool
    negated: bool
    origin: str
    limited: bool = False
    condition: str = ""
    quality: str = ""
    whose: str = ""

    @property
    def says(self) -> bool:
        """Whether somebody may, without a condition."""
        return bool(self.who) and not self.negated and not self.condition

    @property
    def bans(self) -> bool:
        """Whether somebody may not, whatever the row."""
        return self.negated and not self.limited and not self.condition


@dataclass(slots=True)
class TransitionDraft:
    """A move between states."""

    sources: list[str]
    target: str
    allow: str
    origin: str
    steps: list[Data] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)


@dataclass(slots=True)
class LifecycleDraft:
    """The states of an entity, the first one first."""

    states: list[str]
    transitions: dict[str, TransitionDraft]
    origin: str
    ordered: bool = False
    field: str = "status"


@dataclass(slots=True)
class EntityDraft:
    """A kind of row; `phrase` is the noun it was named by."""

    name: str
    phrase: str
    origin: str
    fields: dict[str, FieldDraft] = field(default_factory=dict)
    parts: dict[str, FieldDraft] = field(default_factory=dict)
    computed: dict[str, FieldDraft] = field(default_factory=dict)
    checks: dict[str, FieldDraft] = field(default_factory=dict)
    unique: list[list[str]] = field(default_factory=list)
    owner: str = ""
    lifecycle: LifecycleDraft | None = None
    allow: dict[str, FieldDraft] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    plural: str = ""
    whole: str = ""
    pack: str = ""
    described: bool = False
    event: bool = False
    served: bool = False


@dataclass(frozen=True, slots=True)
class Supposition:
    """Something that the brief does not say, before it gets its number."""

    path: str
    text: str
    pack: str
    confidence: Confidence
    off: str


@dataclass(slots=True)
class Draft:
    """The whole."""

    name: str = "Application"
    summary: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    identity: bool = True
    entities: dict[str, EntityDraft] = field(default_factory=dict)
    operations: dict[str, tuple[dict[str, Data], str]] = field(default_factory=dict)
    suppositions: list[Supposition] = field(default_factory=list)
    evidence: dict[str, dict[str, None]] = field(default_factory=dict)
    questions: list[tuple[int, str]] = field(default_factory=list)

    def suppose(self, path: str, text: str, pack: str, confidence: Confidence, off: str = "") -> None:
        """Records an inference; without an edit of its own, deleting the element removes it."""
        self.suppositions.append(Supposition(path, text, pack, confidence, off))

    def credit(self, statement: str, path: str) -> None:
        """Records that an element rests on a statement."""
        if statement.startswith("s"):
            self.evidence.setdefault(statement, {})[path] = None

    def ask(self, weight: int, question: str) -> None:
        """A question to the author; the heavier, the earlier."""
        self.questions.append((weight, question))
