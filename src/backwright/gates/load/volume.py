"""Many rows beside the few that the plan's rules need: copies of them with keys of their own."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from backwright.gates.layout import column, table, to_json
from backwright.gates.state import Raw, Store
from backwright.gates.values import Values
from backwright.plan.model import Entity, Plan, Reference

__all__ = ["Volume"]

_BATCH = 5_000
_DAYS = 90


@dataclass(slots=True)
class Volume:
    """What was put into the tables; `left_out` says of which entities there are not many rows, and why."""

    plan: Plan
    store: Store
    values: Values
    tables: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _keys: dict[str, list[UUID]] = field(default_factory=dict)
    # The same rows in every run.
    _random: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - no secret

    def fill(self, sizes: Mapping[str, int]) -> None:
        """So many rows of each entity, those first that others refer to."""
        there = self.store.raw()
        for entity in _in_order(self.plan):
            self._keys[entity.name] = list(there[entity.name])
            self._copies(entity, there, sizes[entity.name])
        self.store.execute("analyze")

    def _copies(self, entity: Entity, there: Raw, size: int) -> None:
        templates = [json.loads(text) for text in there[entity.name].values()]
        if not templates:
            self.left_out.append(f"{entity.name} (no row to copy)")
            return
        try:
            for start in range(0, size, _BATCH):
                self._insert(entity, [self._copy(entity, templates) for _ in range(min(_BATCH, size - start))])
        except psycopg.Error as error:
            self.left_out.append(f"{entity.name} ({str(error).partition(chr(10))[0]})")
            return
        self.tables.append(table(entity))

    def _copy(self, entity: Entity, templates: Sequence[dict[str, object]]) -> dict[str, object]:
        moment = datetime.now(UTC) - timedelta(seconds=self._random.random() * _DAYS * 86_400)
        copy = dict(self._random.choice(templates))
        copy["id"] = str(_key(moment, self._random))
        copy["created_at"] = copy["updated_at"] = moment.isoformat(timespec="milliseconds")
        for each in entity.fields:
            if isinstance(each.type, Reference):
                if copy[column(each)] is not None and self._keys.get(each.type.entity):
                    copy[column(each)] = str(self._random.choice(self._keys[each.type.entity]))
            elif each.unique and copy[column(each)] is not None:
                copy[column(each)] = to_json(each.type, self.values.fresh(each.type))
        return copy

    def _insert(self, entity: Entity, rows: Sequence[dict[str, object]]) -> None:
        """Rows that a unique key has no room for are left out."""
        [(columns, made)] = self.store.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum), "
            "string_agg('made.' || quote_ident(attname), ', ' order by attnum) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and attidentity = '' and attgenerated = ''",
            [table(entity)],
        )
        added = self.store.execute(
            f"insert into {table(entity)} ({columns}) select {made} from unnest(%s::text[]) as given (row_text), "
            f"jsonb_populate_record(null::{table(entity)}, given.row_text::jsonb) as made "
            "on conflict do nothing returning id",
            [[json.dumps(row) for row in rows]],
        )
        self._keys[entity.name] += [key for (key,) in added if isinstance(key, UUID)]


def _key(moment: datetime, source: random.Random) -> UUID:
    """UUID version 7 (RFC 9562)."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | source.getrandbits(12) << 64 | 2 << 62 | source.getrandbits(62))


def _in_order(plan: Plan) -> list[Entity]:
    """Entities after those that they refer to, as far as there is such an order."""
    waiting, ordered = list(plan.entities), list[Entity]()
    while waiting:
        missing = {each.name for each in waiting}
        ready = [each for each in waiting if not (_targets(each) - {each.name}) & missing] or waiting[:1]
        ordered += ready
        waiting = [each for each in waiting if each not in ready]
    return ordered


def _targets(entity: Entity) -> set[str]:
    return {each.type.entity for each in entity.fields if isinstance(each.type, Reference)}
