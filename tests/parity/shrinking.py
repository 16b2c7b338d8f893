"""Finds the smallest sequence that still shows a difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.parity.differential import Difference, Duel
from tests.parity.steps import Step

__all__ = ["smallest"]

_TRIES = 80


def smallest(duel: Duel, found: Difference) -> Difference | None:
    """The difference with fewer and simpler steps; None where it does not come again."""
    again = duel.play(found.steps)
    if again is None:
        return None
    best, tries = again, 0
    shrunk = True
    while shrunk and tries < _TRIES:
        shrunk = False
        for steps in _smaller(best.steps):
            tries += 1
            seen = duel.play(steps)
            if seen is not None:
                best, shrunk = seen, True
                break
            if tries >= _TRIES:
                break
    return best


def _smaller(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The last step alone; without a stretch of steps, the longest first; then with a simpler step."""
    if len(steps) > 1:
        yield steps[-1:]
    size = len(steps) // 2
    while size:
        for start in range(0, len(steps), size):
            rest = steps[:start] + steps[start + size :]
            if rest:
                yield rest
        size //= 2
    for at in reversed(range(len(steps))):
        for simpler in _simpler(steps[at]):
            yield (*steps[:at], simpler, *steps[at + 1 :])


def _simpler(step: Step) -> Iterator[Step]:
    for at in range(len(step.headers)):
        yield replace(step, headers=step.headers[:at] + step.headers[at + 1 :])
    if step.has_body and step.body != {}:
        yield replace(step, body=None, has_body=False)
    if isinstance(step.body, dict):
        for name in step.body:
            yield replace(step, body={key: value for key, value in step.body.items() if key != name})
