"""Tests of what is deprecated: every answer says so, also a refusal."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.suites.expressions import Name, Request
from backwright.lowering.suites.statements import HeadersAre, Send, Statement, Test
from backwright.lowering.suites.titles import words
from backwright.lowering.wire.retiring import notices
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Entity, Operation

__all__ = ["retirement_tests"]

_NOWHERE = "0198c0de-0000-7000-8000-00000000dead"


def retirement_tests(of: Entity | Operation, method: str, path: str) -> Iterator[Test]:
    """One, where it is deprecated."""
    if of.retirement:
        answer = Name("answer")
        template = BASE + path
        while "{" in template:
            before, _, rest = template.partition("{")
            template = before + _NOWHERE + rest.partition("}")[2]
        statements: tuple[Statement, ...] = (
            Send(answer, Request(method, (template,))),
            HeadersAre(answer, notices(of.retirement)),
        )
        what = words(of.plural) if isinstance(of, Entity) else words(of.name)
        yield Test(f"when anything is asked of {what}, then the answer says that they are deprecated", statements)
