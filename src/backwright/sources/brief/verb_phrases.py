"""Verb phrases: "create, update and delete workout plans" are three acts on one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from backwright.sources.brief.attributes import is_attribute
from backwright.sources.brief.facts import Aside, Can, Fact, Has, NounPhrase, Span
from backwright.sources.brief.inflection import participle, singular
from backwright.sources.brief.lexicon import Verb, lexicon
from backwright.sources.brief.phrases import PREPOSITIONS, STOPPERS, noun_phrase, noun_phrases, split_list, uncounted
from backwright.sources.brief.thresholds import threshold
from backwright.sources.brief.tokens import FUNCTION_WORDS

__all__ = ["PLAINLY", "Frame", "How", "acts", "find_verb", "marking", "until_condition"]

_BASE = ("base",)
_FILLING = frozenset("also only then to just be able easily quickly securely either both".split())
_MARKING = frozenset(["mark", "flag", "declare"])
_SETTING = _MARKING | {"set", "move", "change", "update", "switch"}
_PERMITTING = frozenset("can may should must".split())
_LISTING = frozenset(["with", "by", "between", "from", "of"])
_BOUNDING = frozenset("provided within until before after during unless".split())
_ALONE = frozenset(["identity", "transition", "reify"])
_NOT_ALONE = frozenset(
    (
        "list record store place leave make give take open file raise issue show track watch test run work "
        "process support follow like set"
    ).split()
)


@dataclass(frozen=True, slots=True)
class How:
    """How far a sentence goes: nobody else, not, nothing else."""

    only: bool = False
    negated: bool = False
    limited: bool = False


PLAINLY = How()


class Frame:
    """Who acts, and how far: what all verbs of a sentence share."""

    __slots__ = ("actor", "how", "span")

    def __init__(self, span: Span, actor: NounPhrase | None, how: How = PLAINLY) -> None:
        self.span = span
        self.actor = actor
        self.how = how

    def can(self, verb: Verb, thing: NounPhrase | None, related: tuple[tuple[str, NounPhrase], ...] = ()) -> Can:
        how = self.how
        return Can(self.span, self.actor, verb, thing, related, how.only, how.negated, how.limited)


def find_verb(words: Sequence[str], forms: Sequence[str] = _BASE) -> tuple[Verb, int] | None:
    """The verb that words begin with, and how many words it takes; the longest wins."""
    known = lexicon().verbs
    for length in (3, 2, 1):
        if len(words) < length:
            continue
        verb = known.get(" ".join(words[:length]))
        if verb is not None and (verb.form in forms or (verb.form == "participle" and "past" in forms)):
            return verb, length
        if verb is not None and "participle" in forms and verb.form == "base" and participle(verb.base) == verb.base:
            return verb, length
        if verb is not None and "base" in forms and verb.form != "base" and verb.base == " ".join(words[:length]):
            return verb, length
    return None


def acts(frame: Frame, words: Sequence[str], forms: Sequence[str] = _BASE) -> list[Fact]:
    """The facts of "view posts and add tasks", said in `frame`."""
    words, listed = _listing(list(words))
    kept, condition = until_condition(words)
    series = _Series(frame, forms)
    for member in split_list(kept):
        series.take(_trimmed(member, _FILLING))
    facts = series.finish()
    last = facts[-1] if facts else None
    if listed and isinstance(last, Can) and last.object is not None:
        facts += [Has(frame.span, last.object, item) for item in listed]
    if condition and facts:
        facts = [replace(fact, condition=condition) if isinstance(fact, Can) else fact for fact in facts]
        facts += [] if threshold(words) < len(words) else [Aside(frame.span, f"the condition {condition!r}")]
    return facts


def _listing(words: list[str]) -> tuple[list[str], list[NounPhrase]]:
    """ "log services: date, cost": what the thing has stands after the colon."""
    at = words.index(":") if ":" in words[1:] else 0
    items = noun_phrases(words[at + 1 :]) if at else []
    if len(items) > 1 and sum(is_attribute(item) for item in items) * 2 >= len(items):
        return words[:at], items
    return words, []


def _trimmed(words: list[str], fillers: frozenset[str]) -> list[str]:
    start = next((at for at, word in enumerate(words) if word not in fillers), len(words))
    return words[start:]


class _Series:
    """Verb phrases one after another: verbs wait for the object that they share."""

    def __init__(self, frame: Frame, forms: Sequence[str]) -> None:
        self.frame = frame
        self.forms = forms
        self.facts: list[Fact] = []
        self.waiting: list[Verb] = []
        self.last: Verb | None = None

    def take(self, member: list[str]) -> None:
        """One member of the list: verb and object, verb alone, or object alone."""
        if not member:
            return
        if member[0] in ("not", "except") or member[:2] == ["but", "not"]:
            self._but_not(member[2 if member[0] == "but" else 1 :])
            return
        if self._lists(member):
            self.facts = _joined(self.facts, member)
            return
        found = find_verb(member, self.forms)
        if found is None and (length := _other_actor(member)):
            self._actor(noun_phrase(member[:length]))
            member = _trimmed(member[length:], _FILLING | _PERMITTING)
            found = find_verb(member, ("base", "third"))
        if found is None and self._may_begin(member):
            found = Verb(member[0], "unknown", "base", participle(member[0]).replace("-", "_"), "open"), 1
        if found is None:
            self._without_verb(member)
        else:
            self._with_verb(found[0], member[found[1] :])

    def _but_not(self, member: list[str]) -> None:
        """ "view hearings, but not documents": the same verb, refused."""
        thing = _object(member)
        if thing is not None and self.last is not None:
            refused = Frame(self.frame.span, self.frame.actor, How(negated=True))
            self.facts.append(refused.can(self.last, *thing))

    def _lists(self, member: list[str]) -> bool:
        """ "with a title and a start date": no one starts a date."""
        last = self.facts[-1] if self.facts and not self.waiting else None
        listing = isinstance(last, Can) and bool(last.related) and last.related[-1][0] == "with"
        phrase = noun_phrase(member) if listing else None
        return phrase is not None and (phrase.raw in lexicon().attributes or phrase.key in lexicon().attributes)

    def finish(self) -> list[Fact]:
        """All facts; a verb that found no object stands alone where it can."""
        alone = [verb for verb in self.waiting if verb.act in _ALONE or verb.base not in _NOT_ALONE]
        self.facts.extend(self.frame.can(verb, None) for verb in alone)
        self.waiting = []
        return self.facts

    def _actor(self, actor: NounPhrase | None) -> None:
        self.finish()
        self.last = None
        self.frame = Frame(self.frame.span, actor)

    def _may_begin(self, member: list[str]) -> bool:
        """Whether an unknown word in a verb's place is taken for a verb."""
        beginning = not self.facts and not self.waiting and self.frame.actor is not None and self.forms == _BASE
        return beginning and len(member) > 1 and member[0].isalpha() and member[0] not in FUNCTION_WORDS

    def _without_verb(self, member: list[str]) -> None:
        if self.facts and (listed := _joined(self.facts, member)):
            self.facts = listed
        elif self.last is not None and (thing := _object(member)) is not None:
            self._say(thing, self.waiting or [self.last])

    def _with_verb(self, verb: Verb, rest: list[str]) -> None:
        verb, rest = _leading(verb, rest)
        self.last = verb
        self.waiting.append(verb)
        thing = _object(rest)
        if rest[:2] in (["each", "other"], ["one", "another"]) and self.frame.actor is not None:
            thing = self.frame.actor, ()
        if thing is None and rest and rest[0] in PREPOSITIONS and (related := _related(rest)):
            thing = related[0][1], related[1:]
        if thing is not None:
            self._say(thing, self.waiting)
        elif verb.act == "identity":
            self.finish()

    def _say(self, thing: tuple[NounPhrase, tuple[tuple[str, NounPhrase], ...]], verbs: list[Verb]) -> None:
        self.facts.extend(self.frame.can(verb, *thing) for verb in verbs)
        self.waiting = []


def marking(words: Sequence[str]) -> Verb | None:
    """ "marked as delivered" is to be delivered."""
    if len(words) < 3 or words[1] not in ("as", "to") or (found := find_verb(words, ("participle",))) is None:
        return None
    verb, thing = _leading(found[0], ["it", *words[1:3]])
    return verb if thing == ["it"] else None


def _leading(verb: Verb, rest: list[str]) -> tuple[Verb, list[str]]:
    """ "mark tasks as done", "set the status of a task to closed": the verb that leads to the state."""
    if verb.base not in _SETTING or len(rest) < 3 or rest[-2] not in ("as", "to"):
        return verb, rest
    state = rest[-1]
    meant = next((each for each in lexicon().verbs.values() if each.state == state and each.form == "base"), None)
    if meant is None and not (state in lexicon().progress or state in lexicon().ends):
        marked = verb.base in _MARKING and rest[-2] == "as" and singular(state) == state
        if not marked or state in lexicon().attributes:
            return verb, rest
    thing = rest[:-2]
    if "of" in thing and thing[: thing.index("of")][-1] in lexicon().states:
        thing = thing[thing.index("of") + 1 :]
    return meant or Verb(f"mark {state}", "transition", "base", state, "open"), thing


def _joined(facts: list[Fact], member: list[str]) -> list[Fact]:
    """ "with a title and a date": the date is listed where the title is."""
    last = facts[-1]
    if not isinstance(last, Can) or not last.related:
        return []
    phrase = noun_phrase(member)
    if phrase is None or not (last.related[-1][0] in _LISTING or is_attribute(phrase)):
        return []
    related = (*last.related, (last.related[-1][0], phrase))
    same = [fact for fact in facts if isinstance(fact, Can) and fact.related == last.related]
    return [replace(fact, related=related) if isinstance(fact, Can) and fact in same else fact for fact in facts]


def _other_actor(words: Sequence[str]) -> int:
    """How many words name somebody else who acts: "and trainers manage classes"; 0 where nobody does."""
    known = lexicon()
    for length in (1, 2, 3):
        if len(words) > length + 1 and known.role(" ".join((*words[: length - 1], singular(words[length - 1])))):
            following = words[length:]
            if following[0] in ("can", "may", "should", "must") or find_verb(following, ("base", "third")):
                return length
    return 0


def until_condition(words: list[str]) -> tuple[list[str], str]:
    """What is done, and on which condition."""
    if (at := threshold(words)) < len(words):
        return words[:at], " ".join(words[at:])
    for position, word in enumerate(words):
        if position and words[position : position + 2] == ["up", "to"] and "before" in words[position:]:
            return words[:position], " ".join(words[position : position + 8])
        if position and words[position : position + 3] in (["as", "long", "as"], ["provided", "that", "the"]):
            return words[:position], " ".join(words[position : position + 8])
        if position and word in _BOUNDING and words[position + 1 :]:
            if word in ("before", "after") and lexicon().role(singular(words[position + 1])):
                return words[:position], ""
            return [kept for kept in words[:position] if kept != "only"], " ".join(words[position : position + 8])
        if position and word in STOPPERS and word not in PREPOSITIONS:
            tail = words[position + 1 :]
            if word in ("so", "via", "using", "then"):
                return words[:position], ""
            return words[:position], " ".join([word, *tail[:6]])
    return words, ""


def _object(words: Sequence[str]) -> tuple[NounPhrase, tuple[tuple[str, NounPhrase], ...]] | None:
    """The object and what follows it with a preposition."""
    words = uncounted(words)
    at = next((i for i, word in enumerate(words) if word in PREPOSITIONS and word != "of" and i), len(words))
    if words and words[0] in PREPOSITIONS:
        return None
    phrase = noun_phrase(words[:at])
    if phrase is None:
        return None
    return phrase, _related(words[at:])


def _related(words: Sequence[str]) -> tuple[tuple[str, NounPhrase], ...]:
    return tuple(_prepositional(words))


def _prepositional(words: Sequence[str]) -> Iterator[tuple[str, NounPhrase]]:
    at = 0
    while at < len(words):
        preposition = words[at]
        end = next((i for i in range(at + 1, len(words)) if words[i] in PREPOSITIONS and words[i] != "of"), len(words))
        phrase = noun_phrase(words[at + 1 : end])
        if phrase is not None:
            yield preposition, phrase
        at = end
