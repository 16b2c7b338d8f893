"""Names of the blueprint out of words of the brief."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["application", "camel", "move_name", "pascal", "reference_name", "title"]

_RESERVED = frozenset(
    (
        "id createdat updatedat owner me this input now true false null in as break const continue else for "
        "function if import let loop package namespace return var void while role password"
    ).split()
)
_LONGEST = 40


def _parts(words: Sequence[str]) -> list[str]:
    joined = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", joined.lower())


def pascal(words: Sequence[str]) -> str:
    """`("workout", "plan")` to `WorkoutPlan`."""
    name = "".join(part.capitalize() for part in _parts(words))
    name = name.lstrip("0123456789")[:_LONGEST]
    return name[:1].upper() + name[1:] if name else "Thing"


def camel(words: Sequence[str]) -> str:
    """`("due", "date")` to `dueDate`; a word that the language keeps for itself gets a companion."""
    name = pascal(words)
    name = name[:1].lower() + name[1:]
    return f"{name}Value" if name.lower() in _RESERVED else name


def move_name(verb: str, state: str) -> str:
    """What a transition is called: the verb, or `markReturned` where the language keeps the verb for itself."""
    name = camel(verb.split())
    return camel(("mark", *state.split("_"))) if name.endswith("Value") else name


def reference_name(child: str, parent: str) -> str:
    """The field of `Pet` that points at `Clinic`: `clinic`; where that is a word of the language, `petOwner`."""
    name = parent[:1].lower() + parent[1:]
    return child[:1].lower() + child[1:] + parent if name.lower() in _RESERVED else name


def application(words: Sequence[str]) -> str:
    """`("e-commerce", "platform")` to `E-commerce platform`."""
    name = " ".join(re.sub(r"[^a-z0-9 -]", "", word) for word in words).strip(" -")[:60].strip(" -")
    return name[:1].upper() + name[1:] if re.search(r"[a-z0-9]", name) else "Application"


@lru_cache(maxsize=4096)
def title(name: str) -> str:
    """`WorkoutPlan` to `workout plan`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
