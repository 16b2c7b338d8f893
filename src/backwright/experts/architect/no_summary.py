"""Applications that do not say what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if not case.plan.summary:
        yield Found(
            "",
            case.top,
            f"{case.plan.name} has no summary: README and contract begin without saying what it is for",
            "Say it in one sentence.",
            lines("app", 'summary: "Who does what with it"'),
        )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="architect/no-summary",
    severity="note",
    summary="The application has no summary.",
    explanation="The summary is the first sentence of the README and the description of the OpenAPI document. Nothing "
    "else in the blueprint says what the whole is for.",
    check=_check,
    bad=Example("app: {name: Example}\n" + _TOPIC),
    good=Example('app: {name: Example, summary: "Topics that a team talks about"}\n' + _TOPIC),
)
