"""Where one clause ends and the next begins: "readers have accounts and a manager approves requests"."""

from __future__ import annotations

from backwright.sources.brief.clauses import HAVING, MODALS, modal
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.verb_phrases import find_verb

__all__ = ["begins_clause", "predicated", "split_clauses"]


def split_clauses(words: list[str]) -> list[list[str]]:
    """ "Readers have accounts and a manager approves requests" says two things."""
    found: list[list[str]] = [[]]
    for position, word in enumerate(words):
        following = words[position + 1 : position + 2]
        if word in ("and", "but", ";") and following and following[0] in MODALS and (said := _subject(found[-1])):
            found.append(list(said))
        elif (
            word in ("and", ",", ";", ":", "while", "whereas", "but")
            and predicated(found[-1])
            and (
                begins_clause(words[position + 1 : position + 8]) or (word == "but" and _others(words[position + 1 :]))
            )
        ):
            found.append([])
        else:
            found[-1].append(word)
    return [clause for clause in found if clause]


def _others(words: list[str]) -> bool:
    """Whether others than before do something: "but inmates see"."""
    return len(words) > 2 and singular(words[0]) != words[0] and find_verb(words[1:]) is not None


def _subject(words: list[str]) -> list[str]:
    """Who does what a clause says; the next clause may leave it out."""
    at = modal(words) or next((i for i, word in enumerate(words) if i and word in ("is", "are")), 0)
    return words[:at] if at and words[at + 1 :] else []


def predicated(words: list[str]) -> bool:
    """Whether the words say something already, and not only name those who do."""
    if len(words) > 2 and any(word in ("is", "are") for word in words[1:]):
        return words[0] not in ("as", "when", "if", "once", "whenever")
    if (
        len(words) < 3
        or words[0] in ("as", "when", "if", "once", "whenever")
        or (find_verb(words) is not None and not lexicon().role(singular(words[0])))
    ):
        return False
    return any(
        word in MODALS or word in HAVING or find_verb([word], ("third", "base")) is not None for word in words[1:]
    )


def _acts_alone(words: list[str]) -> bool:
    """Whether the words are all of a clause: "members vote"."""
    people = singular(words[-2]) != words[-2] and lexicon().role(" ".join((*words[:-2], singular(words[-2]))))
    doing = find_verb(words[-1:]) if people else None
    return doing is not None and doing[0].form == "base" and doing[0].act in ("reify", "identity")


def begins_clause(words: list[str]) -> bool:
    """Whether somebody, or something that has something, begins here."""
    if words and words[0] in ("only", "nobody", "none") and any(word in MODALS for word in words[1:]):
        return True
    while words and words[0] in ("a", "an", "the", "each", "every", "and", "only", "all"):
        words = words[1:]
    for length in (1, 2, 3):
        if len(words) == length + 1 and _acts_alone(words):
            return True
        if len(words) < length + 2:
            return False
        subject, following = words[:length], words[length]
        if any(
            word in (",", "and", "or", "of", "with", "by", "to", "for") or word in MODALS or word in HAVING
            for word in subject
        ):
            return False
        if following in MODALS or following in ("has", "have", "belong", "belongs"):
            return True
        moving = find_verb(words[length:], ("third",)) is not None or following in ("is", "moves", "goes")
        if subject in (["it"], ["they"], ["its", "status"]) and moving:
            return True
        person = lexicon().role(" ".join((*subject[:-1], singular(subject[-1]))))
        one = singular(subject[-1]) == subject[-1]
        if person and find_verb(words[length:], ("third",) if one else ("base",)) is not None:
            listed = words[length + 1] in (",", "and", "or")
            if not listed or (one and singular(following) not in lexicon().kinds):
                return True
    return False
