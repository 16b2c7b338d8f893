"""What is done by itself."""

from __future__ import annotations

from backwright.blueprint.document import Node
from backwright.blueprint.nodes import JobNode
from backwright.blueprint.read_steps import read_steps
from backwright.blueprint.reader import Reader
from backwright.blueprint.text import Text

__all__ = ["FOR_KEYS", "JOB_KEYS", "read_jobs"]

JOB_KEYS = ("every", "at", "for", "steps")
FOR_KEYS = ("each", "where", "as")


def read_jobs(reader: Reader, node: Node | None) -> tuple[JobNode, ...]:
    """Every job, also those with mistakes in them."""
    advice = "Write 'jobs: {name: {every: 15m, for: {each: Entity, where: condition, as: row}, steps: […]}}'."
    return tuple(_job(reader, entry.key, entry.value) for entry in reader.mapping(node, "'jobs'", advice).entries)


def _job(reader: Reader, key: Text, value: Node) -> JobNode:
    name = reader.name(key)
    what = f"the job '{name.name}'"
    body = reader.mapping(value, what)
    if body.entries:
        reader.keys(body, what, JOB_KEYS, ("for", "steps"), at=key.origin)
    rows = reader.mapping(body.get("for"), "'for'", "Write 'for: {each: Entity, where: condition, as: row}'.")
    if rows.entries:
        reader.keys(rows, "'for'", FOR_KEYS, ("each", "as"))
    return JobNode(
        name=name,
        every=reader.word(body.get("every"), "'every'", "Write a time such as 15m."),
        at=tuple(
            text
            for item in reader.items(body.get("at"), "'at'", "Write times of the day in UTC: 'at: [\"03:00\"]'.")
            if (text := reader.word(item, "a time of the day"))
        ),
        entity=reader.word(rows.get("each"), "'each'", "Name an entity."),
        where=reader.expression(rows.get("where"), "'where'"),
        variable=reader.word(rows.get("as"), "'as'"),
        steps=read_steps(reader, body.get("steps"), "'steps'"),
        origin=key.origin,
    )
