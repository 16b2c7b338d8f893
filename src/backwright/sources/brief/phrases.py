"""Noun phrases, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backwright.sources.brief.facts import NounPhrase
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import Lexicon, lexicon

__all__ = ["PREPOSITIONS", "STOPPERS", "noun_phrase", "noun_phrases", "split_list", "uncounted"]

PREPOSITIONS = frozenset(
    (
        "of for to in on at by with from into onto between among about through across per within under against "
        "over via after before until"
    ).split()
)
STOPPERS = frozenset(
    (
        "when whenever if so that which who whose where because while unless using via based once until before "
        "after during whereas since whether without then"
    ).split()
)
_OWN = frozenset("their his her its my our your own".split())
_OTHERS = frozenset("other others another someone somebody anybody else each-other".split())
_EVERY = frozenset("all any every each everyone's others' anyone's".split())
_MANY = frozenset("many several multiple various zero".split())
_DETERMINERS = frozenset(
    (
        "a an the this these those some one two three four five six seven eight nine ten eleven twelve dozen both "
        "either such following more least most exactly up to same only also just"
    ).split()
)
_ADVERBS = frozenset(
    (
        "easily quickly securely automatically manually online directly immediately later again together too well "
        "instead optionally only also then now always"
    ).split()
)
_COLLECTIVE = frozenset("arts games goods news operations sales savings services sports systems".split())
_AUXILIARIES = frozenset(
    "am are be been can could did do does is may might must shall should was we were will would".split()
)
_SAYING = _AUXILIARIES | frozenset(
    "except only not nobody neither nor unless cannot requires require such everything anything they who whom".split()
)
_COUNTED = frozenset("a an the each every one two it them".split())
_HOW_MANY = frozenset("at most least no not more fewer less than up to exactly over about around".split())
_NUMBERS = frozenset("one two three four five six seven eight nine ten eleven twelve twenty fifty hundred".split())
_UNITS = frozenset(
    (
        "milliseconds seconds minutes hours days weeks months years kg kilograms grams pounds tons tonnes lbs mm cm km "
        "meters metres centimeters centimetres kilometers kilometres miles feet inches liters litres percent euros "
        "hectares acres knots degrees dollars cents eur usd gbp bytes kb mb gb celsius fahrenheit watts volts"
    ).split()
)
_LEGAL = re.compile(r"^[^\W\d_][\w'-]*$")


def split_list(words: Sequence[str]) -> list[list[str]]:
    """The members of "a, b and c"; what stands in parentheses stays with its member."""
    members: list[list[str]] = [[]]
    depth = 0
    for position, word in enumerate(words):
        if word in "()":
            depth += 1 if word == "(" else -1
        after = words[position + 1] if position + 1 < len(words) else ""
        if not depth and (
            word in (",", ";", "/", "and", "or", "but", "plus", "&", "|")
            or (word in ("as", "well") and "as well as".startswith(word) and _as_well(words, position))
        ):
            if word == "as" and after != "well":
                continue
            members.append([])
        elif not (members[-1] == [] and word in ("as", "well", "also", "then", "etc", "etc.")):
            members[-1].append(word)
    return [member for member in members if member]


def _as_well(words: Sequence[str], position: int) -> bool:
    around = tuple(words[max(0, position - 2) : position + 3])
    return any(around[start : start + 3] == ("as", "well", "as") for start in range(len(around)))


def noun_phrases(words: Sequence[str]) -> list[NounPhrase]:
    """The noun phrases of a list; what is none is left out."""
    return [phrase for member in split_list(words) if (phrase := noun_phrase(member)) is not None]


def uncounted(words: Sequence[str]) -> list[str]:
    """ "at most three books" without how many they are."""
    at = next((i for i, word in enumerate(words) if word not in _HOW_MANY), len(words))
    counted = 0 < at < len(words) and (words[at].isdigit() or words[at] in _NUMBERS)
    return list(words[at + 1 :] if counted else words)


def noun_phrase(words: Sequence[str]) -> NounPhrase | None:
    """The thing that some words name; None where they name nothing."""
    known = lexicon()
    body, note = _without_note(uncounted(words))
    own = every = many = optional = unique = required = False
    kept: list[str] = []
    for word in body:
        if word in _ADVERBS and kept:
            continue
        own = own or word in _OWN
        every = every or (word in _EVERY and not kept)
        many = many or word in _MANY
        optional = optional or word in ("optional", "optionally")
        unique = unique or word in ("unique", "distinct")
        required = required or word in ("required", "mandatory")
        if word in _OWN or word in _MANY or (not kept and (word in _EVERY or word in _DETERMINERS or word.isdigit())):
            continue
        if word in ("optional", "unique", "required", "mandatory", "distinct"):
            continue
        kept.append(word)
    while kept and kept[-1] in ("too", "etc", "etc.", "again", "only", "respectively"):
        kept.pop()
    of: NounPhrase | None = None
    if "of" in kept[1:]:
        kept, of = _of(kept, known)
    elif "'s" in kept[1:]:
        at = kept.index("'s")
        of, kept = noun_phrase(kept[:at]), kept[at + 1 :]
    elif len(kept) > 1 and kept[0].endswith("s'"):
        of, kept = noun_phrase([kept[0][:-1]]), kept[1:]
    others = of is not None and bool(_OTHERS & set(of.raw.split()))
    kept = [word for word in kept if _LEGAL.match(word)]
    kept = _without_unit(kept[: _modified(kept, known)])
    if not kept or (all(word in known.qualifiers for word in kept) and not _listed(_phrase(kept), known)):
        return None
    raw = " ".join(kept)
    core = _core(kept, known)
    if not core or len(core) > 5 or _says(core):
        return None
    last = singular(core[-1])
    return NounPhrase(
        words=(*core[:-1], last),
        raw=raw,
        plural=last != core[-1],
        own=own,
        others=others,
        every=every,
        many=many,
        optional=optional,
        unique=unique,
        required=required,
        note=note,
        of=of,
    )


def _without_unit(words: list[str]) -> list[str]:
    """ "duration in seconds" is a duration."""
    at = words.index("in", 1) if "in" in words[1:] else 0
    return words[:at] if at and words[-1] in _UNITS and len(words) - at <= 3 else words


def _says(words: Sequence[str]) -> bool:
    """Whether a sentence with a verb that no list has was taken for a name: "keepers feed animals"."""
    if (
        words[0] in _AUXILIARIES
        or (len(words) > 1 and words[0] in ("it", "they", "them"))
        or words[-1] in ("anything", "everything", "nothing", "something")
        or (len(words) > 1 and (_SAYING & set(words) or _COUNTED & set(words[1:])))
    ):
        return True
    many = [word for word in (words[0], words[-1]) if singular(word) != word and word not in _COLLECTIVE]
    return len(words) > 2 and len(many) == 2


def _modified(words: Sequence[str], known: Lexicon) -> int:
    """Where a participle after a plural begins: "books sorted by title", "boxes containing letters"."""
    for at in range(1, len(words)):
        verb = known.verbs.get(words[at])
        after_plural = singular(words[at - 1]) != words[at - 1] and words[at] not in known.acts
        if after_plural and verb is not None and verb.form in ("participle", "gerund", "past"):
            return at
    return len(words)


def _without_note(words: Sequence[str]) -> tuple[list[str], str]:
    body: list[str] = []
    note: list[str] = []
    depth = 0
    for word in words:
        if word in "()" and word:
            depth += 1 if word == "(" else -1
        elif depth > 0:
            note.append(word)
        else:
            body.append(word)
    if ":" in body[1:] and not note:
        at = body.index(":", 1)
        body, note = body[:at], body[at + 1 :]
    return [word for word in body if word not in (":", "=", "<", ">", "|")], " ".join(note)


def _of(words: list[str], known: Lexicon) -> tuple[list[str], NounPhrase | None]:
    """ "list of books" is books; "date of birth" one attribute; "price of a book" an attribute of a book."""
    if _phrase(words) in known.attributes or words[0] in ("number", "count", "amount"):
        if words[0] in ("number", "count") and _phrase(words) not in known.attributes:
            return [word for word in words if word not in ("a", "the")], None
        if _phrase(words) in known.attributes:
            return words, None
    at = words.index("of")
    before, after = words[:at], words[at + 1 :]
    if before in (["maximum"], ["minimum"], ["max"], ["min"], ["limit"]) and after[:1] and after[0].isdigit():
        return [], None
    if before[-1] in ("number", "amount") and len(before) > 1 and before[0] in ("maximum", "minimum", "total", "max"):
        return [word for word in words if word not in ("a", "the")], None
    if singular(before[-1]) in known.containers:
        return [word for word in after if word not in _DETERMINERS and word not in _EVERY], None
    return before, noun_phrase(after)


def _phrase(words: Sequence[str]) -> str:
    return " ".join((*words[:-1], singular(words[-1])))


def _core(words: list[str], known: Lexicon) -> list[str]:
    """The words that matter: no qualifiers before, no containers after, unless the whole is a known phrase."""
    if len(words) > 1 and _listed(_phrase(words), known):
        return words
    core = words
    while len(core) > 1 and core[0] in known.qualifiers:
        core = core[1:]
        if len(core) > 1 and _listed(_phrase(core), known):
            return core
    while len(core) > 1 and (singular(core[-1]) in known.containers or core[-1] in known.acts):
        if _listed(_phrase(core), known) or known.roles.get(singular(core[-1])):
            return core
        core = core[:-1]
    if len(core) > 2:
        core = [word for word in core[:-1] if word not in known.qualifiers] + core[-1:]
    return core


def _listed(phrase: str, known: Lexicon) -> bool:
    groups = (known.attributes, known.kinds, known.roles, known.identity, known.anyone)
    return any(phrase in group for group in groups)
