"""Two servers, callers of every role, rows, and who must hear what: decided from the plan alone."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import UUID

import psycopg

from backwright.gates.arena import Arena
from backwright.gates.findings import Findings
from backwright.gates.layout import OUTBOX, member, to_json
from backwright.gates.new_rows import MISSING
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.realtime.client import Socket
from backwright.gates.realtime.document import Document
from backwright.gates.state import State, id_of
from backwright.gates.system import Server
from backwright.gates.wire import Connection
from backwright.plan.expressions import Environment, Value, evaluate
from backwright.plan.model import Channel, Plan, Reference

__all__ = ["Place", "Stage"]

_ROWS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """An address; `row` is what stands in it, `known` how the document calls it."""

    channel: Channel
    text: str
    known: str
    row: UUID | None


@dataclass(slots=True)
class Stage:
    """What the parts of the gate share."""

    plan: Plan
    findings: Findings
    document: Document
    arena: Arena
    servers: tuple[Server, ...]
    admin: psycopg.Connection
    state: State
    tickets: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def ticket(self, who: Principal, server: int = 0) -> str:
        """A new ticket of a caller's."""
        connection = Connection(self.servers[server].url)
        answer = connection.call("POST", "/auth/socket-ticket", None, who.token)
        connection.close()
        found = str(answer.member("ticket") or "")
        self.findings.check(answer.status == 201 and found != "", "gate/realtime-ticket", f"no ticket: {answer.status}")
        self.tickets.append(found)
        return found

    def open(
        self,
        who: Principal | None,
        server: int = 0,
        ticket: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Socket:
        """A socket with a new ticket, or with the one that is given; empty is none."""
        shown = self.ticket(who, server) if ticket is None and who else ticket or ""
        path = self.document.path + (f"?ticket={quote(shown)}" if shown else "")
        return Socket(self.servers[server].url, path, headers)

    def subscribe(self, socket: Socket, address: str, after: str | None = None) -> str:
        """The code of the refusal, `subscribed`, or nothing where no answer came."""
        request = f"r{next(self._numbers)}"
        extra = {"after": after} if after else {}
        socket.say({"type": "subscribe", "id": request, "channel": address, **extra})
        answer = socket.answer(request)
        return str(answer.get("code") or answer.get("type") or "")

    def places(self) -> list[Place]:
        """Addresses of every channel: of some rows, and of none that is there."""
        found = []
        for channel in self.plan.channels:
            if channel.parameter is None or channel.entity is None:
                found.append(Place(channel, channel.address, channel.address, None))
                continue
            rows = [id_of(row) for row in self.state.all(self.plan.entity(channel.entity))]
            step = max(len(rows) // _ROWS, 1)
            hole = f"{{{channel.parameter.name}.id}}"
            known = channel.address.replace(hole, f"{{{member(channel.parameter)}}}")
            found += [
                Place(channel, channel.address.replace(hole, str(key)), known, key)
                for key in (*rows[::step][:_ROWS], MISSING)
            ]
        return found

    def hears(self, oracle: Oracle, who: Principal, place: Place) -> bool:
        """Whether a caller may listen there: the rule holds, and they see the row."""
        assert self.plan.identity
        me = oracle.state.row(self.plan.identity.entity, who.id)
        names: dict[str, Value] = {"now": oracle.now}
        if place.channel.parameter and place.channel.entity:
            row = oracle.state.row(place.channel.entity, place.row)
            if row is None or not oracle.sees(who, self.plan.entity(place.channel.entity), row, oracle.state):
                return False
            names[place.channel.parameter.name] = row
        return bool(evaluate(place.channel.rule.expression, Environment(oracle.state, None, me, names)))

    def payload(self, event: str, place: Place) -> dict[str, object]:
        """What an event of a place tells; other rows are those that are there."""
        told: dict[str, object] = {}
        for each in self.plan.event(event).members:
            if place.channel.parameter and each.name == place.channel.parameter.name:
                told[member(each)] = str(place.row)
            elif isinstance(each.type, Reference):
                rows = self.state.all(self.plan.entity(each.type.entity))
                told[member(each)] = str(id_of(rows[0]) if rows else MISSING)
            else:
                told[member(each)] = to_json(each.type, self.arena.values.of(each.type))
        return told

    def emit(self, event: str, payload: Mapping[str, object], connection: psycopg.Connection | None = None) -> str:
        """An event, as if an operation had emitted it; the id."""
        first = next((value for value in payload.values() if isinstance(value, str)), None)
        text = f"insert into {OUTBOX} (event, subject, payload) values (%s, %s, %s) returning id"
        row = (connection or self.admin).execute(text, (event, first, json.dumps(payload))).fetchone()
        assert row
        return str(row[0])

    def addresses(self, event: str, payload: Mapping[str, object]) -> set[str]:
        """Everywhere that an event with this payload must be told."""
        return {
            channel.address.replace(f"{{{channel.parameter.name}.id}}", str(payload[member(channel.parameter)]))
            if channel.parameter
            else channel.address
            for channel in self.plan.channels
            if event in channel.events
        }

    def people(self) -> list[Principal]:
        """Of each role the one whom rows belong to, and a stranger."""
        assert self.plan.identity
        return [who for role in self.plan.identity.roles for who in self.arena.callers(role, 2)]
