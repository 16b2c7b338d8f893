"""Lists that add up thousands of rows."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions import walk
from backwright.plan.expressions.tree import Many

__all__ = ["RULE"]

_PAGE, _MOST = 100, 20_000


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        sizes = {part.name: part.max_size for part in entity.parts}
        for computed in entity.computed:
            names = {node.name for node in walk(computed.expression) if isinstance(node, Many)}
            rows = _PAGE * sum(sizes.get(name, 0) for name in names)
            if rows > _MOST:
                yield Found(
                    f"{entity.name}.{computed.name}",
                    computed.origin,
                    f"{entity.name}.{computed.name} is worked out whenever a row is shown: a page of {_PAGE} can add "
                    f"up {rows:,} rows of {' and '.join(sorted(names))}",
                    "Keep it as a field that operations count, or bound the parts.",
                )


_BAD = """entities:
  Ballot:
    fields: {title: string(1..80)}
    parts:
      votes: Vote[0..1000]
    computed: {total: "votes.sum(v, v.weight)"}
    allow: {read: me != null, create: me.role == 'staff'}
  Vote:
    fields: {weight: int(0..10)}
"""

RULE = Rule(
    name="performance/heavy-sums",
    severity="note",
    summary="A computed field of a list can add up tens of thousands of rows a page.",
    explanation="Computed fields are derived on reading, so they are always right; the price is paid by every reader "
    f"of every page. Above {_MOST:,} rows a page a number that operations keep is cheaper than one that lists work "
    "out.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("[0..1000]", "[0..100]")),
)
