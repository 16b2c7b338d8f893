"""What the facts speak of: which nouns are people who act, which are things, which are areas that a pack covers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from backwright.sources.brief.attributes import is_attribute
from backwright.sources.brief.draft import Draft, EntityDraft
from backwright.sources.brief.facts import (
    ROLES,
    Aside,
    Can,
    Fact,
    Has,
    Limit,
    Mention,
    NounPhrase,
    States,
    Topic,
    Without,
)
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel, pascal
from backwright.sources.brief.packs import pack, pack_subjects, whole_phrases

__all__ = ["SIGNED_IN", "Remark", "World", "identifier", "relational"]

SIGNED_IN = "signed in"
_RANKS = ("client", "provider", "inner", "staff", "admin")
_NAMED = frozenset(["owner", "creator", "sender", "recipient", "uploader", "assignee", "requester", "receiver"])
_OWNERS = frozenset(["owner", "author", "creator"])
_USER = frozenset(["user", "account", "profile", "person", "people"])
_DECLARING = frozenset(["create", "manage", "delete", "reify"])
_WRITING = frozenset(["create", "reify", "update", "delete", "transition", "manage"])


def relational(noun: NounPhrase) -> bool:
    """Whether a person is meant whom a row names: "its author", "the owner of the group", "the sender"."""
    whose = len(noun.words) > 1 and noun.head in _OWNERS and noun.key not in lexicon().roles
    done = len(noun.words) > 1 and noun.words[0].endswith("ed") and not noun.plural and bool(lexicon().role(noun.head))
    return whose or done or (not noun.plural and (noun.of is not None or noun.own or noun.head in _NAMED))


@cache
def _role_field(role: str) -> str:
    name = camel(role.split("_")) if role not in ("", SIGNED_IN) else "user"
    return f"{role}User" if name.endswith("Value") else name


def identifier(words: tuple[str, ...]) -> str:
    """A role's name: `support_agent`; the staff of a role are the role."""
    if words[-1] in ("staff", "team", "department") and " ".join(words[:-1]) in lexicon().roles:
        words = words[:-1]
    return "_".join(part for word in words for part in word.split("-"))[:40]


def _about(name: str, other: str) -> bool:
    """Whether a product review is a review: what it is about stands before it."""
    known = lexicon()
    kind = known.kinds.get(name)
    return kind is not None and (other in kind.about or ("any" in kind.about and other in pack_subjects()))


def _done_to(words: tuple[str, ...]) -> bool:
    """Whether the first word only says what has been done to a thing: "sold properties"."""
    verb = lexicon().verbs.get(words[0])
    return len(words) > 1 and verb is not None and verb.form in ("participle", "past")


def _qualified(noun: NounPhrase) -> bool:
    """Whether such a thing is meant in one of its states: "published articles"."""
    verb = lexicon().verbs.get(noun.words[0])
    return len(noun.words) > 1 and verb is not None and verb.act == "transition" and verb.form == "participle"


def _pointed_at(fact: Fact) -> tuple[NounPhrase, ...]:
    """Whom and what a fact makes a row point at."""
    match fact:
        case Has():
            return (fact.item,)
        case Can():
            return (*(noun for _, noun in fact.related), *([fact.object] if fact.object is not None else []))
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What the author of a statement should know; a remark that stops leaves no blueprint."""

    origin: str
    code: str
    message: str
    help: str
    stops: bool = False


@dataclass(slots=True)
class World:
    """The facts, each with its statement, and the draft that they become."""

    facts: tuple[tuple[str, Fact], ...]
    draft: Draft = field(default_factory=Draft)
    ranks: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    persons_as_things: dict[str, None] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    acted: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)
    declared: dict[str, None] = field(default_factory=dict)
    described: dict[str, None] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    topics: dict[str, None] = field(default_factory=dict)
    unmapped: list[tuple[str, Can]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    actors_named: bool = False
    anonymous: bool = False

    def survey(self) -> None:
        """Goes through the facts once and notes who acts, what is declared, what is left out."""
        self.facts = tuple((origin, self._any_of_them(fact)) for origin, fact in self.facts)
        for origin, fact in self.facts:
            match fact:
                case Can():
                    known = lexicon()
                    self._describing(fact)
                    plain = fact.object is not None and (
                        _qualified(fact.object)
                        or (
                            is_attribute(fact.object)
                            and fact.object.key not in known.kinds
                            and not (
                                fact.object.plural and fact.object.key in known.either and fact.verb.act == "create"
                            )
                        )
                    )
                    if fact.object is not None and not plain and fact.verb.act in _DECLARING and not fact.negated:
                        self.declared[fact.object.key] = None
                case Has():
                    self.declared[fact.subject.key] = None
                    self.described[fact.subject.key] = None
                    if fact.item.key == "account" and fact.item.plural and fact.subject.key not in lexicon().signed_in:
                        self.declared["account"] = None
                case Mention() | Topic():
                    self._area(fact.noun, origin, isinstance(fact, Topic))
                case Without():
                    self.excluded.setdefault(fact.noun.raw, origin)
                    self.excluded.setdefault(fact.noun.key, origin)
                case States() | Limit() | Aside():
                    pass
        for _, fact in self.facts:
            if isinstance(fact, Can):
                self._acting(fact)
        self._settle_people()
        for _, fact in self.facts:
            if isinstance(fact, Can):
                self._looking_after(fact)

    def _any_of_them(self, fact: Fact) -> Fact:
        """ "Their manager approves them": where no row says whose manager one is, every manager does."""
        if not isinstance(fact, Can) or fact.only or fact.negated:
            return fact
        actor = fact.actor
        if actor is None or not actor.own or actor.head in _NAMED or lexicon().role(actor.key) != "staff":
            return fact
        spoken = (noun.key for _, other in self.facts for noun in _pointed_at(other))
        if actor.key in spoken:
            return fact
        role = identifier(actor.words)
        said = f"Every {actor.key} may, for no row says whose {actor.key} somebody is."
        self.draft.suppose(f"identity.roles.{role}", said, "roles", "low")
        self.draft.ask(6, f"Which {actor.key} is meant by “their {actor.key}”? Assumed: any.")
        return replace(fact, actor=replace(actor, own=False, plural=True))

    def _describing(self, fact: Can) -> None:
        """ "Mechanics log services": what people make is a thing, whatever else the word may mean."""
        known = lexicon()
        noun = fact.object
        if fact.verb.noun in known.identity and noun is not None and noun.key not in (*known.identity, *_USER):
            self.described[fact.verb.noun] = None
        if (
            fact.object is not None
            and fact.actor is not None
            and known.role(fact.actor.key)
            and fact.verb.act in ("create", "reify", "manage")
            and fact.object.plural
            and len(fact.object.words) == 1
            and not fact.negated
            and fact.object.key in known.technical
        ):
            self.described[fact.object.key] = None

    def _area(self, noun: NounPhrase, origin: str, topic: bool) -> None:
        for phrase in (noun.raw, noun.key):
            self.areas.setdefault(phrase, origin)
        if topic:
            for word in noun.words:
                self.topics[word] = None
        elif noun.key not in lexicon().attributes or (
            noun.plural and (noun.key in lexicon().values or self._acted_on(noun.key))
        ):
            self.declared[noun.key] = None

    def _acted_on(self, key: str) -> bool:
        """Whether somebody does something with it: what is listed and then read is a thing."""
        return any(
            isinstance(fact, Can) and fact.object is not None and fact.object.key == key and fact.object.of is None
            for _, fact in self.facts
        )

    def _acting(self, fact: Can) -> None:
        if fact.actor is None:
            return
        self.actors_named = True
        key = fact.actor.key
        if relational(fact.actor) or key.startswith("=") or self.belongs(fact.actor) or self.body(fact):
            return
        known = lexicon()
        inert = fact.verb.act in ("unknown", "quality") or fact.actor.head in known.kinds
        if inert and not (known.role(key) or fact.actor.plural):
            return
        if (key in known.anyone and not (fact.verb.act in _WRITING and known.role(key))) or key in known.signed_in:
            return
        nobody = any(fact.actor.head in group for group in (known.technical, known.identity, known.acts))
        story = fact.span.rule == "story"
        if not known.role(key) and (
            (key in known.kinds and not story) or nobody or fact.actor.raw.split()[-1] in known.acts
        ):
            return
        self.people.setdefault(key, identifier(fact.actor.words))

    def _looking_after(self, fact: Can) -> None:
        """Who manages things, or alone may write them, is trusted: registration must not make one a warden."""
        known = lexicon()
        actor, noun = fact.actor, fact.object
        if actor is None or fact.negated or actor.key not in self.people or known.role(actor.key):
            return
        own = noun is not None and (noun.own or (noun.of is not None and noun.of.own))
        alone = fact.only and fact.verb.act in _WRITING and not fact.condition
        if not own and (alone or fact.verb.act == "manage" or fact.verb.base in known.trusted):
            self.ranks[self.people[actor.key]] = "staff"

    def belongs(self, noun: NounPhrase) -> bool:
        """Whether those are meant who belong to a row: "members of a group"."""
        whole = noun.of
        known = lexicon()
        return whole is not None and (
            whole.key in self.declared or (whole.key in known.kinds and not known.role(whole.key))
        )

    def body(self, fact: Can) -> bool:
        """Whether a body is named that does not act itself: "a tool library lends tools"."""
        actor = fact.actor
        named = actor is not None and actor.head in lexicon().organizations and not lexicon().role(actor.key)
        return named and actor is not None and not actor.plural and fact.span.rule != "story"

    def _settle_people(self) -> None:
        """A person who acts is a role; one who is only spoken of is a thing."""
        known = lexicon()
        spoken: dict[str, None] = {}
        for _, fact in self.facts:
            match fact:
                case Has():
                    self._owning(fact)
                    for noun in (fact.subject, fact.item):
                        spoken[noun.key] = None
                case Mention() if fact.span.rule == ROLES:
                    self.people.setdefault(fact.noun.key, identifier(fact.noun.words))
                case Mention():
                    if fact.noun.plural:
                        spoken[fact.noun.key] = None
                case Can(object=NounPhrase() as thing):
                    if fact.verb.act in ("create", "update", "delete", "manage", "read", "query"):
                        spoken[thing.key] = None
                case _:
                    pass
        for key in spoken:
            rank = known.role(key)
            if (
                rank
                and key not in self.people
                and key not in known.persons
                and key not in _USER
                and rank != "admin"
                and key not in known.signed_in
            ):
                if self._attributes_of(key) or self._managed(key) or self._mentioned(key):
                    self.persons_as_things[key] = None
                else:
                    self.people[key] = identifier(tuple(key.split()))

    def _owning(self, fact: Has) -> None:
        """ "Members have loans" makes members act, where a loan is a thing."""
        known = lexicon()
        key = fact.subject.key
        if (
            known.role(key)
            and key not in known.signed_in
            and not is_attribute(fact.item)
            and fact.item.plural
            and not known.role(fact.item.key)
        ):
            self.people.setdefault(key, identifier(fact.subject.words))

    def _attributes_of(self, key: str) -> bool:
        return any(
            isinstance(fact, Has) and fact.subject.key == key and is_attribute(fact.item) for _, fact in self.facts
        )

    def _managed(self, key: str) -> bool:
        return any(
            isinstance(fact, Can)
            and fact.object is not None
            and fact.object.key == key
            and fact.verb.act in ("create", "manage", "delete", "update")
            for _, fact in self.facts
        )

    def _mentioned(self, key: str) -> bool:
        return any(isinstance(fact, Mention) and fact.noun.key == key for _, fact in self.facts)

    def role(self, noun: NounPhrase) -> str:
        """The role that a person has, or nothing where the noun is no one who acts."""
        known = lexicon()
        if noun.key in self.persons_as_things:
            return ""
        if noun.key in self.people:
            return self._role_name(noun.key)
        if known.role(noun.key) == "admin":
            return "admin"
        if noun.key in known.signed_in and noun.key != "account":
            return SIGNED_IN
        return ""

    def _role_name(self, key: str) -> str:
        return "admin" if lexicon().role(key) == "admin" else self.people[key]

    def rank(self, role: str) -> str:
        """How far a role is trusted; an unknown one is a client."""
        words = role.replace("_", " ")
        return self.ranks.get(role) or lexicon().role(words) or "client"

    def without(self, *phrases: str) -> str:
        """The statement that rules one of the phrases out, or nothing."""
        for phrase in phrases:
            for candidate in (phrase, singular(phrase)):
                if candidate in self.excluded:
                    return self.excluded[candidate]
        return ""

    def thing_name(self, noun: NounPhrase) -> str:
        """The entity that a noun names, or nothing where it names none."""
        known = lexicon()
        words = noun.words
        key = noun.key
        if key in self.bound:
            return self.bound[key]
        if key in self.persons_as_things:
            return pascal(words)
        if len(words) == 2 and key not in known.kinds and _about(words[1], words[0]):
            return self.thing_name(NounPhrase(words[1:], words[1], noun.plural, noun.own))
        if key in self.described and key not in _USER and not known.role(key):
            return pascal(words)
        if len(words) == 1 and (full := self._longer(key)):
            return pascal(full.split())
        if _done_to(words) and key not in self.declared:
            rest = NounPhrase(words[1:], " ".join(words[1:]), noun.plural, noun.own)
            if rest.key in known.kinds or rest.key in self.declared or rest.key in self.bound:
                return self.thing_name(rest)
        if key in whole_phrases() or noun.raw in whole_phrases():
            return ""
        if (
            noun.raw in known.identity
            or key in known.identity
            or (key in _USER and key != "account")
            or self.role(noun)
        ):
            return "User"
        if key in ("account", "profile") and key not in self.declared:
            return "User"
        if (
            len(words) > 1
            and (lexicon().role(words[0]) or words[0] in self.topics)
            and key not in known.kinds
            and not is_attribute(NounPhrase(words[1:], ""))
        ):
            rest = NounPhrase(words[1:], " ".join(words[1:]), noun.plural, noun.own)
            if rest.key in known.kinds or rest.key in self.declared or rest.key in self.bound:
                return self.thing_name(rest)
        if all(word in known.technical or word in known.containers for word in words) and key not in known.kinds:
            return ""
        if len(words) == 1 and key not in self.declared:
            longer = [
                other
                for other in self.declared
                if other.endswith(f" {key}")
                and not is_attribute(NounPhrase(tuple(other.split()), other))
                and not _about(key, other.split()[0])
            ]
            if len(longer) == 1:
                return pascal(longer[0].split())
        if key in known.kinds or key in self.declared:
            return pascal(words)
        if len(words) > 1 and (tail := " ".join(words[1:])) in self.declared and tail not in known.attributes:
            return self.thing_name(NounPhrase(words[1:], tail, noun.plural, noun.own))
        if is_attribute(noun):
            return ""
        return pascal(words)

    def _longer(self, key: str) -> str:
        """The one thing that is described under a longer name: tickets are support tickets."""
        longer = [name for name in self.described if name.endswith(f" {key}") and not _about(key, name.split()[0])]
        return longer[0] if len(longer) == 1 else ""

    def entity(self, noun: NounPhrase, origin: str) -> EntityDraft | None:
        """The entity that a noun names, made where it is new."""
        name = self.thing_name(noun)
        if not name or (name == "User" and not self.draft.identity):
            return None
        found = self.draft.entities.get(name)
        if found is None:
            if self.without(noun.key, noun.raw):
                return None
            found = EntityDraft(name, noun.key, origin)
            self.draft.entities[name] = found
        self.draft.credit(origin, f"entities.{name}")
        return found

    def role_field(self, role: str) -> str:
        """The field that points at someone of a role."""
        return _role_field(role)

    def ordered_roles(self) -> list[str]:
        """Clients first: what registration gives must be the least."""
        return sorted(self.draft.roles, key=lambda role: _RANKS.index(self.rank(role)))

    def triggered(self, name: str, nominal: bool = False) -> str:
        """The statement that calls for a pack, or nothing."""
        phrases = pack(name).list("nominal" if nominal else "called")
        for area, origin in self.areas.items():
            if nominal and any(other in area for other in pack(name).list("other")):
                continue
            if area in phrases or singular(area) in phrases:
                return origin
            if area.endswith(" marketplace") and lexicon().role(area.split()[0]) + lexicon().role(
                f"{area.split()[0]}r"
            ):
                continue
            if nominal and any(area.endswith(f" {phrase}") or area.startswith(f"{phrase} ") for phrase in phrases):
                return origin
        return ""
