"""Addresses that callers choose and servers fetch."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import may, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions.tree import Access, Variable
from backwright.plan.model import Input, Text

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        for each in operation.then.assignments if operation.then else ():
            chosen = _chosen(each.expression, operation.inputs)
            if chosen and operation.then:
                call = f"{operation.then.port}.{operation.then.call}"
                yield Found(
                    operation.name,
                    chosen.origin,
                    f"{people(case.plan, may(operation.rule))} may choose the address that {operation.name} gives to "
                    f"{call} as '{each.field}'",
                    "Let the adapter refuse addresses of your own network, or let the staff store addresses and "
                    "callers choose among them; then accept this finding.",
                )


def _chosen(expression: object, inputs: tuple[Input, ...]) -> Input | None:
    if not isinstance(expression, Access) or not isinstance(expression.of, Variable) or expression.of.name != "input":
        return None
    found = next((each for each in inputs if each.name == expression.name), None)
    return found if found and isinstance(found.type, Text) and found.type.format == "url" else None


_BAD = """entities:
  Feed:
    fields: {title: string(1..80), source: url}
    allow: {read: me != null, create: me.role == 'staff'}
operations:
  refresh:
    route: POST /feeds/{feed}/refresh
    allow: me != null
    idempotent: true
    input: {feed: Feed, from: url}
    steps:
      - require: input.feed.title != ''
        otherwise: {error: no_title}
    then:
      call: reader.fetch
      with: {address: input.from}
      fetched: []
ports:
  reader:
    fetch: {input: {address: url}, outcomes: [fetched]}
"""

RULE = Rule(
    name="security/callers-url",
    severity="warning",
    summary="An outside call gets an address that its caller has chosen.",
    explanation="An adapter that fetches an address out of a request can be sent to the network behind it: metadata "
    "services, databases, admin pages (CWE-918, server-side request forgery). Only the adapter can refuse that.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace(", from: url", "").replace("input.from", "input.feed.source")),
)
