"""Amounts that tell rows apart: "transfers above 10,000", "rows of at least 50 euros"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backwright.sources.brief.draft import EntityDraft

__all__ = ["amount_term", "threshold"]

_SIGNS = {
    "above": ">",
    "over": ">",
    "exceeding": ">",
    "more than": ">",
    "greater than": ">",
    "larger than": ">",
    "higher than": ">",
    "below": "<",
    "under": "<",
    "less than": "<",
    "lower than": "<",
    "smaller than": "<",
    "at least": ">=",
    "from": ">=",
    "at most": "<=",
    "up to": "<=",
}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_AMOUNT = r"(?P<sign>" + "|".join(_SIGNS) + r") (?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
_CURRENCY = r"(?: (?:euros?|dollars?|pounds?|eur|usd|gbp|chf|francs?))?"
_THRESHOLD = re.compile(rf"(?:(?:of|worth|with) (?:an? |the )?(?P<field>[a-z]+ )?)?{_AMOUNT}{_CURRENCY}$")
# The most words that an amount takes: "with an amount of more than 100 euros".
_LONGEST = 9
_NUMERIC = ("money", "int", "bigint", "decimal")


def threshold(words: Sequence[str]) -> int:
    """Where an amount begins that the words end in; their number where they end in none."""
    for at in range(max(0, len(words) - _LONGEST), len(words)):
        if _THRESHOLD.fullmatch(" ".join(words[at:])):
            return at
    return len(words)


def amount_term(entity: EntityDraft, condition: str) -> tuple[str, str]:
    """The rule for the rows that a condition means, and for all others; nothing where no single field is meant."""
    match = _THRESHOLD.fullmatch(condition)
    if match is None:
        return "", ""
    named = (match["field"] or "").strip()
    fields = [
        name
        for name, member in entity.fields.items()
        if member.notation.split(" ")[0].split("(")[0] in _NUMERIC and "optional" not in member.notation.split(" ")
    ]
    money = [name for name in fields if entity.fields[name].notation.startswith("money")]
    meant = [named] if named in fields else [] if named else money if len(money) == 1 else fields
    if len(meant) != 1:
        return "", ""
    sign, number = _SIGNS[match["sign"]], match["number"].replace(",", "")
    if "." in number and entity.fields[meant[0]].notation.startswith(("int", "bigint")):
        return "", ""
    return f"{meant[0]} {sign} {number}", f"{meant[0]} {_OPPOSITE[sign]} {number}"
