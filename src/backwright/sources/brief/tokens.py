"""Words of a statement, with slips of one letter put right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon, vocabulary

__all__ = ["FUNCTION_WORDS", "Token", "clean", "tokenize"]

_WORD = re.compile(r"->|(?<=[a-z]s)'(?=\s+[a-z])|[^\W\d_][^\W_]*(?:['.+#_-][^\W_]+)*|\d+(?:[.,]\d+)*%?|[,:;()/&|=<>]")
_MARKUP = re.compile(r"(\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w))")
_LINK = re.compile(r"\[([^\]]{1,200})\]\([^)]{0,400}\)")
_RANGE = re.compile(r"(?<![\w.-])(\d{1,9}) ?[-–] ?(\d{1,9})(?![\w-])")
_TAG = re.compile(r"<script\b[^<]{0,400}</script>|</?[a-zA-Z][^<>]{0,200}>", re.IGNORECASE)
FUNCTION_WORDS = frozenset(
    "a an the and or nor but of for to in on at by with without from into onto over under between among "
    "about through across per via as than then so that which who whom whose where when while if "
    "is are was were be been being am do does did done have has had having can cannot could may might "
    "must shall should will would not no never only also just both either neither each every all any some "
    "many much few several more most less other another such same own their his her its my our your this "
    "these those it they he she we you i me us them there here one two three four five six "
    "seven eight nine ten what how why use using used need needs needed want wants like able allow allows "
    "allowed let lets enable enables after before until during within plus etc eg ie e.g i.e "
    "please build make create design implement develop".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is meant, in lower case, and its place."""

    word: str
    start: int
    end: int
    written: str


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """A statement without Markdown marks; no word moves to another statement by it."""
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = _RANGE.sub(r"from \1 to \2", _MARKUP.sub("", text))
    for old, new in (
        ("’", "'"),
        ("“", '"'),
        ("”", '"'),
        ("→", "->"),
        ("⇒", "->"),
        ("=>", "->"),
        ("&", " and "),
        ("—", " - "),
        ("–", " - "),
    ):
        text = text.replace(old, new)
    return text


@lru_cache(maxsize=4096)
def tokenize(text: str) -> tuple[Token, ...]:
    """The words of a statement."""
    found: list[Token] = []
    for match in _WORD.finditer(text):
        written = match[0].lower()
        if written == "'":
            found.append(Token("'s", match.start(), match.end(), "'s"))
            continue
        if written.endswith("'s"):
            found.append(Token(_right(written[:-2]), match.start(), match.end() - 2, written[:-2]))
            found.append(Token("'s", match.end() - 2, match.end(), "'s"))
        else:
            found.append(Token(_right(written), match.start(), match.end(), written))
    return tuple(found)


@lru_cache(maxsize=8192)
def _known(word: str) -> bool:
    known = lexicon()
    base = singular(word)
    return (
        word in FUNCTION_WORDS
        or word in known.verbs
        or word in vocabulary()[""]
        or any(
            form in group
            for form in (word, base)
            for group in (
                known.attributes,
                known.roles,
                known.kinds,
                known.identity,
                known.technical,
                known.containers,
                known.qualifiers,
                known.spelled_right,
                known.goods,
                known.values,
                known.domains,
                known.persons,
                known.credentials,
                known.states,
                known.anyone,
                known.progress,
                known.ends,
                known.acts,
            )
        )
    )


@lru_cache(maxsize=8192)
def _right(word: str) -> str:
    """The word meant: itself, unless exactly one known word differs from it by one letter."""
    if len(word) < 5 or len(word) > 24 or not word.replace("-", "").isalpha() or _known(word):
        return word
    deletions = (word, *(word[:at] + word[at + 1 :] for at in range(len(word))))
    candidates: dict[str, None] = {}
    for key in deletions:
        for name in vocabulary().get(key, ()):
            if name[0] == word[0] and _one_slip(word, name) and not _derived(word, name):
                candidates[name] = None
    if len(candidates) == 1 or (candidates and len({singular(name) for name in candidates}) == 1):
        return next(iter(candidates))
    return word


def _derived(word: str, name: str) -> bool:
    """An adjuster is somebody, and not the slip of "adjusted"; a word with an ending of its own is a word."""
    if name[:-1] == word and name[-1] in "rdsy":
        return True
    longer = len(word) > len(name) and word.startswith(name[:-1])
    return longer or (word.endswith("er") and name == f"{word[:-1]}d")


def _one_slip(written: str, meant: str) -> bool:
    """One letter more, less, other, or two neighbours swapped."""
    if abs(len(written) - len(meant)) > 1 or written == meant:
        return False
    at = next(
        (i for i, (one, other) in enumerate(zip(written, meant, strict=False)) if one != other),
        min(len(written), len(meant)),
    )
    rest, other_rest = written[at:], meant[at:]
    return (
        rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[1:] == other_rest[1:] and rest[:1] in "aeiou" and other_rest[:1] in "aeiou")
        or (
            len(rest) > 1
            and len(other_rest) > 1
            and rest[0] == other_rest[1]
            and rest[1] == other_rest[0]
            and rest[2:] == other_rest[2:]
        )
    )
