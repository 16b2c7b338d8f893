"""Routes (`GET /books`) and JSON samples in a brief."""

from __future__ import annotations

import json
import re

from backwright.sources.brief.facts import Aside, Can, Fact, Has, Mention, NounPhrase, Span
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import Verb, lexicon
from backwright.sources.brief.segmentation import Segment

__all__ = ["routes_and_samples"]

_ROUTE = re.compile(r"^`?(GET|POST|PUT|PATCH|DELETE)\s+(/[\w\-/{}:.]*)")
_METHODS = {"GET": "read", "POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_PREFIX = re.compile(r"^(api|v\d+|rest)$")
_HUMP = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def routes_and_samples(item: Segment) -> tuple[Fact, ...]:
    """The facts of a route line or a sample; code is set aside."""
    if item.form == "route":
        return tuple(_route(item.text))
    if item.form == "sample":
        return tuple(_sample(item))
    return (Aside(Span("code", 0, item.length), "code"),)


def _words(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _HUMP.findall(name))


def _phrase(name: str) -> NounPhrase:
    parts = _words(name)
    last = singular(parts[-1])
    return NounPhrase((*parts[:-1], last), " ".join(parts), last != parts[-1])


def _route(text: str) -> list[Fact]:
    match = _ROUTE.match(text.strip())
    if match is None:
        return []
    span = Span("route", match.start(), match.end())
    pieces = [piece for piece in match[2].split("/") if piece and not _PREFIX.match(piece)]
    things = [piece for piece in pieces if piece[0] not in "{:" and _words(piece)]
    if not things:
        return [Aside(span, "a route without a thing")]
    last = _phrase(things[-1])
    known = lexicon()
    if last.raw in known.identity or last.key in known.identity or last.key in ("me", "auth"):
        return [Mention(span, NounPhrase(("authentication",), "authentication"))]
    act = _METHODS[match[1]]
    verb = known.verbs.get(" ".join(_words(things[-1])))
    if len(things) > 1 and verb is not None and verb.act == "transition" and not last.plural:
        return [Can(span, None, verb, _phrase(things[-2]))]
    facts: list[Fact] = [Can(span, None, Verb(act, act, "base"), last)]
    if len(things) > 1 and "{" in match[2].replace(":", "{"):
        parent = _phrase(things[-2])
        if parent.plural and parent.key != last.key:
            facts.append(Has(span, parent, NounPhrase(last.words, last.raw, True)))
    return facts


def _sample(item: Segment) -> list[Fact]:
    """A JSON object under a heading shows what the thing has."""
    span = Span("sample", 0, item.length)
    try:
        data = json.loads(item.text)
    except (ValueError, RecursionError):
        return [Aside(span, "a sample that is not JSON")]
    if isinstance(data, list) and data:
        data = data[0]
    if not isinstance(data, dict):
        return [Aside(span, "a sample without names")]
    if len(data) == 1:
        name, inner = next(iter(data.items()))
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, dict) and _words(name):
            return _members(_phrase(name), inner, span)
    for text in reversed(item.context):
        words = re.findall(r"[a-z]+", text.lower())
        things = [word for word in words if singular(word) in lexicon().kinds or singular(word) in lexicon().roles]
        if things:
            return _members(_phrase(things[-1]), data, span)
    return [Aside(span, "a sample of nothing named")]


def _members(subject: NounPhrase, data: dict[str, object], span: Span) -> list[Fact]:
    facts: list[Fact] = []
    for name, value in list(data.items())[:60]:
        parts = _words(name)
        if not parts or parts in (("id",), ("created", "at"), ("updated", "at")):
            continue
        noun = NounPhrase(parts, " ".join(parts), note=_note(value, parts))
        facts.append(Has(span, subject, noun))
    return facts


def _note(value: object, parts: tuple[str, ...]) -> str:
    """The type of a sample value, as a brief would say it."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if " ".join(parts) not in lexicon().attributes else ""
    if isinstance(value, float):
        return "decimal" if " ".join(parts) not in lexicon().attributes else ""
    if isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\dT", value):
        return "datetime"
    if isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\d$", value):
        return "date"
    if isinstance(value, dict):
        return "json"
    return ""
