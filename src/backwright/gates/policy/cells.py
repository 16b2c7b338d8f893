"""Requests with the answers they must get: every principal, every operation of the plan, every kind of row."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from backwright.diagnostics import Origin
from backwright.gates.bodies import Bodies
from backwright.gates.consistency import bonds
from backwright.gates.layout import member, patched, to_json
from backwright.gates.new_rows import MISSING
from backwright.gates.oracle import Oracle, Principal, Verdict
from backwright.gates.state import id_of
from backwright.gates.variants import spread
from backwright.plan.expressions import Row, Value
from backwright.plan.model import Entity, Enumeration, Operation, Plan, Reference
from backwright.plan.naming import collection_path, transition_path

__all__ = ["Cell", "Cells", "versioned"]

_FEW = 2
_FILTERS = 6
_PAGING = frozenset(("limit", "cursor", "sort", "q"))
_WORD = re.compile(r"[a-z][a-z0-9]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """One request and its expected answer. `shown` is what a list must hold; `included` are the references whose rows
    are asked for, of rows of `entity`; `version` is the path of the row whose version the request must name.
    """

    who: Principal
    method: str
    template: str
    path: str
    verdict: Verdict
    origin: Origin
    target: str
    body: object = None
    idempotent: bool = False
    shown: frozenset[UUID] | None = None
    row: UUID | None = None
    version: str | None = None
    entity: str = ""
    included: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The cell in words."""
        return f"{self.method} {self.template} as {self.who.name} on {self.target}"


def versioned(entity: Entity, cell: Cell) -> Cell:
    """The cell as it is sent to an entity whose rows have versions."""
    return replace(cell, version="/".join(cell.path.split("/")[:3])) if entity.versioned else cell


@dataclass(slots=True)
class Cells:
    """The whole matrix over one state."""

    plan: Plan
    oracle: Oracle
    principals: tuple[Principal, ...]
    bodies: Bodies
    parameters: Mapping[str, Mapping[str, tuple[str, ...]]]
    newcomers: tuple[Principal, ...] = ()

    def all(self) -> Iterator[Cell]:
        """Every cell, in the plan's order; newcomers, of whom no row speaks, make what an account has once."""
        for entity in self.plan.entities:
            if entity.whole is None and _once(self.plan, entity):
                for who in self.newcomers:
                    yield from self._creates(who, entity)
        for who in self.principals:
            for entity in self.plan.entities:
                if entity.whole is None:
                    yield from self._reads(who, entity)
                    yield from self._writes(who, entity)
            for operation in self.plan.operations:
                yield from self._operation(who, operation)

    def _rows(self, who: Principal, entity: Entity) -> list[Row]:
        rows = self.oracle.state.all(entity)
        return rows if who.valid else rows[:_FEW]

    def _targets(self, who: Principal, entity: Entity) -> list[tuple[UUID, str]]:
        found = [(id_of(row), self._described(who, entity, row)) for row in self._rows(who, entity)]
        return [*found, (MISSING, "a missing row")]

    def _described(self, who: Principal, entity: Entity, row: Row) -> str:
        users = self.plan.identity.entity if self.plan.identity else None
        owner = row.values.get(entity.owner) if entity.owner else row.values["id"] if entity.name == users else None
        whose = "the row" if owner is None else "their own row" if owner == who.id else "another's row"
        words = [f"{each.name} {row.values[each.name]}" for each in entity.fields if isinstance(each.type, Enumeration)]
        return f"{whose} ({', '.join(words)})" if words else whose

    def _reads(self, who: Principal, entity: Entity) -> Iterator[Cell]:
        rule = entity.rule("read")
        if rule is None:
            return
        base = collection_path(entity)
        verdict, ids = self.oracle.listed(who, entity)
        listed = Cell(who, "GET", base, base, verdict, rule.origin, "the list", shown=frozenset(ids))
        for query, kept in self._queries(who, entity, ids):
            title = f"the list with {query}"
            yield Cell(who, "GET", base, f"{base}?{query}", verdict, rule.origin, title, shown=frozenset(kept))
        found = [listed]
        if self.plan.identity and self.plan.identity.entity == entity.name:
            me = self.oracle.me(who, entity)
            found.append(Cell(who, "GET", "/me", "/me", me, rule.origin, "their own row", row=who.id))
        for key, target in self._targets(who, entity):
            verdict = self.oracle.read(who, entity, key)
            found.append(Cell(who, "GET", f"{base}/{{id}}", f"{base}/{key}", verdict, rule.origin, target, row=key))
        yield from found
        for cell in found if who.valid else ():
            yield from self._including(cell, entity)

    def _including(self, cell: Cell, entity: Entity) -> Iterator[Cell]:
        """The read once more with all that is documented as includes, a list also with each of them alone."""
        names = self.parameters.get(cell.template, {}).get("include", ())
        alone = [(name,) for name in names] if cell.shown is not None else []
        for chosen in dict.fromkeys((names, *alone)) if names else ():
            path, target = f"{cell.path}?include={','.join(chosen)}", f"{cell.target} with {', '.join(chosen)}"
            yield replace(cell, path=path, target=target, entity=entity.name, included=chosen)

    def _queries(self, who: Principal, entity: Entity, shown: set[UUID]) -> Iterator[tuple[str, set[UUID]]]:
        """Every documented order, and filters by values of rows that the caller sees and of rows they do not see."""
        documented = self.parameters.get(collection_path(entity), {}) if who.valid else {}
        for order in documented.get("sort", ()):
            yield f"sort={order}", shown
        rows = self.oracle.state.all(entity)
        found: list[tuple[str, set[UUID]]] = []
        for each in entity.fields:
            if member(each) in documented and member(each) not in _PAGING:
                for value in spread(list(dict.fromkeys(row.values[each.name] for row in rows)), _FILTERS):
                    if value is not None:
                        sent = json.dumps(value) if isinstance(value, bool) else str(to_json(each.type, value))
                        kept = {id_of(row) for row in rows if row.values[each.name] == value} & shown
                        found.append((f"{member(each)}={quote(sent)}", kept))
        if "q" in documented:
            found += [(f"q={word}", kept & shown) for word, kept in _words(entity, rows)]
        yield from found
        for (query, kept), (other, also) in itertools.pairwise(found[:: max(len(found) // _FILTERS, 1)]):
            if query.split("=")[0] != other.split("=")[0]:
                yield f"{query}&{other}", kept & also

    def _writes(self, who: Principal, entity: Entity) -> Iterator[Cell]:
        base = collection_path(entity)
        one = f"{base}/{{id}}"
        update, delete = entity.rule("update"), entity.rule("delete")
        yield from self._creates(who, entity)
        if update and patched(self.plan, entity):
            for key, target in self._targets(who, entity):
                for values in self.bodies.patches(entity, key):
                    verdict = self.oracle.update(who, entity, key, values)
                    body = self.bodies.wire(entity, values)
                    cell = Cell(who, "PATCH", one, f"{base}/{key}", verdict, update.origin, target, body, row=key)
                    yield versioned(entity, cell)
        if delete:
            for key, target in self._targets(who, entity):
                verdict = self.oracle.delete(who, entity, key)
                yield versioned(entity, Cell(who, "DELETE", one, f"{base}/{key}", verdict, delete.origin, target))
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            template = transition_path(entity, move)
            for key, target in self._targets(who, entity):
                verdict = self.oracle.transition(who, entity, move, key)
                path = template.replace("{id}", str(key))
                cell = Cell(who, "POST", template, path, verdict, move.rule.origin, target, row=key)
                yield versioned(entity, cell)

    def _creates(self, who: Principal, entity: Entity) -> Iterator[Cell]:
        rule = entity.rule("create")
        base = collection_path(entity)
        found = list(self.bodies.rows.creates(who, entity)) if rule else []
        for values, parts in found if who.valid else found[:_FEW]:
            assert rule
            body = self.bodies.wire(entity, values, parts)
            verdict = self.oracle.create(who, entity, values, parts)
            yield Cell(who, "POST", base, base, verdict, rule.origin, _said(values), body)

    def _operation(self, who: Principal, operation: Operation) -> Iterator[Cell]:
        given = list(self.bodies.inputs(who, operation))
        for values in given if who.valid else given[:_FEW]:
            path, body = self.bodies.request(operation, values)
            verdict = self.oracle.operation(who, operation, values)
            target = _aimed(operation, values)
            cell = Cell(who, operation.method, operation.path, path, verdict, operation.rule.origin, target, body)
            yield replace(cell, idempotent=operation.idempotent)


def _words(entity: Entity, rows: list[Row]) -> Iterator[tuple[str, set[UUID]]]:
    """Words of which it is certain for each row whether it has them, with the rows that do."""
    names = [field.name for field in entity.fields if field.searchable]
    texts = {id_of(row): " ".join(str(row.values[name] or "") for name in names).lower() for row in rows}
    known = dict.fromkeys(word for text in texts.values() for word in text.split() if _WORD.fullmatch(word))
    certain = [word for word in known if all((word in text.split()) == (word in text) for text in texts.values())]
    for word in spread(certain, _FILTERS):
        yield word, {key for key, text in texts.items() if word in text}


def _once(plan: Plan, entity: Entity) -> bool:
    """Whether a unique key has an account in it, so that those who have rows may have no room for another."""
    users = plan.identity.entity if plan.identity else None
    accounts = {each.name for each in entity.fields if isinstance(each.type, Reference) and each.type.entity == users}
    return any(accounts & set(bond.fields) for bond in bonds(entity) if bond.check is None)


def _said(values: Mapping[str, Value]) -> str:
    words = [f"{name} {value}" for name, value in values.items() if isinstance(value, UUID | bool)]
    return f"a new row ({', '.join(words)})" if words else "a new row"


def _aimed(operation: Operation, values: Mapping[str, Value]) -> str:
    words = [f"{each.name} {values.get(each.name)}" for each in operation.inputs if each.name in values]
    return ", ".join(words)[:200] or "nothing"
