"""Who hears what: every caller, every address, every event, on two servers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg

from backwright.gates.layout import table
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.realtime.client import Socket
from backwright.gates.realtime.stage import Place, Stage
from backwright.gates.state import State
from backwright.plan.model import Reference

__all__ = ["delivery", "late_commit", "permissions", "replay"]

# What nobody announces is found by looking, once a second unless configured otherwise.
_GRACE = 1.5
_TAKEN_AWAY = 5.0
_DELIVERY, _PERMISSION, _REPLAY = "gate/realtime-delivery", "gate/realtime-permission", "gate/realtime-replay"


@dataclass(slots=True)
class _Ear:
    """A caller with a socket and the places that they listen to."""

    who: Principal
    socket: Socket
    title: str
    places: dict[str, Place] = field(default_factory=dict)

    def heard(self) -> list[tuple[str, str]]:
        """Ids and addresses of the events, in order."""
        return [(str(each.get("id")), str(each.get("channel"))) for each in self.socket.of("event")]


@contextmanager
def _ears(stage: Stage, people: list[Principal]) -> Iterator[list[_Ear]]:
    ears = []
    for number, who in enumerate(people):
        server = number % len(stage.servers)
        title = f"{who.name} {number % 2 + 1} on server {server + 1}"
        ears.append(_Ear(who, stage.open(who, server), title))
    try:
        yield ears
    finally:
        for ear in ears:
            ear.socket.close()


def _oracle(stage: Stage, state: State | None = None) -> Oracle:
    return Oracle(stage.plan, state or stage.state, datetime.now(UTC))


def delivery(stage: Stage) -> None:
    """Every cell of the matrix."""
    oracle, places = _oracle(stage), stage.places()
    with _ears(stage, stage.people()) as ears:
        for ear in ears:
            _subscribe(stage, oracle, ear, places)
        wanted: dict[str, list[tuple[str, str]]] = {ear.title: [] for ear in ears}
        for place in places:
            for event in place.channel.events:
                payload = stage.payload(event, place)
                key = stage.emit(event, payload)
                for address in stage.addresses(event, payload):
                    for ear in ears:
                        if address in ear.places:
                            wanted[ear.title].append((key, address))
        for ear in ears:
            _compare(stage, ear, wanted[ear.title], len(places))


def _subscribe(stage: Stage, oracle: Oracle, ear: _Ear, places: list[Place]) -> None:
    for place in places:
        may = stage.hears(oracle, ear.who, place)
        answer = stage.subscribe(ear.socket, place.text)
        reason = f"{ear.title}: {place.known} answered {answer or 'nothing'}, the plan says {'yes' if may else 'no'}"
        expected = "subscribed" if may else "not_found"
        stage.findings.check(answer == expected, _DELIVERY, reason, place.channel.origin)
        if may:
            ear.places[place.text] = place


def _compare(stage: Stage, ear: _Ear, wanted: list[tuple[str, str]], cells: int) -> None:
    ear.socket.until(lambda: len(ear.heard()) >= len(wanted))
    ear.socket.until(lambda: len(ear.heard()) > len(wanted), 0.3 if wanted else _GRACE)
    heard = ear.heard()
    stage.findings.done(cells)
    missing, extra = set(wanted) - set(heard), set(heard) - set(wanted)
    if missing or extra or len(heard) != len(wanted):
        reason = (
            f"{ear.title}: {len(missing)} events missing, {len(extra)} not theirs, {len(heard)} of {len(wanted)} came"
        )
        stage.findings.fail(_DELIVERY, reason)
    for message in list(ear.socket.messages):
        place = ear.places.get(str(message.get("channel")))
        wrong = stage.document.mistakes(message, place.known if place else "")
        if message.get("type") != "event" or place:
            said = f"a message is not as documented: {wrong[:2]}"
            stage.findings.check(not wrong, "gate/realtime-document", said)


def permissions(stage: Stage) -> None:
    """Another role and an ended session count within five seconds, also where nothing happens."""
    assert stage.plan.identity
    users = stage.plan.identity.entity
    people = stage.people()
    places = stage.places()
    with _ears(stage, people) as ears:
        oracle = _oracle(stage)
        for ear in ears:
            for place in places:
                if stage.hears(oracle, ear.who, place) and stage.subscribe(ear.socket, place.text) == "subscribed":
                    ear.places[place.text] = place
        # Strangers lose their role, owners their session.
        changed = [(ear, _other_role(stage, ear)) for ear in ears[1::2]]
        for ear, role in changed:
            stage.arena.store.execute(f"update {_table(stage, users)} set role = %s where id = %s", [role, ear.who.id])
        ended = ears[0::2]
        for ear in ended:
            text = "update internal.sessions set revoked_at = now() where user_id = %s"
            stage.arena.store.execute(text, [ear.who.id])
        since = time.monotonic()
        for ear in ended:
            left = max(since + _TAKEN_AWAY - time.monotonic(), 0.1)
            reason = f"{ear.title}: the session has ended, the socket has not"
            stage.findings.check(ear.socket.closed(left) is not None, _PERMISSION, reason)
        state = stage.arena.store.state()
        for ear, role in changed:
            _lost(stage, _oracle(stage, state), ear, role, since)
        for ear, _ in changed:
            text = f"update {_table(stage, users)} set role = %s where id = %s"
            stage.arena.store.execute(text, [ear.who.role, ear.who.id])


def _lost(stage: Stage, oracle: Oracle, ear: _Ear, role: str, since: float) -> None:
    now = Principal(role, role, ear.who.id, ear.who.token)
    lost = {text for text, place in ear.places.items() if not stage.hears(oracle, now, place)}
    seconds = max(since + _TAKEN_AWAY - time.monotonic(), 0.1)
    ear.socket.until(lambda: len(ear.socket.of("ended")) >= len(lost), seconds)
    ended = {str(each.get("channel")) for each in ear.socket.of("ended")}
    reason = (
        f"{ear.title}, now {role}: {len(lost - ended)} subscriptions stay that should end, {len(ended - lost)} ended"
    )
    stage.findings.check(ended == lost, _PERMISSION, reason)
    for text in sorted(lost)[:3]:
        place = ear.places[text]
        key = stage.emit(place.channel.events[0], stage.payload(place.channel.events[0], place))
        ear.socket.until(lambda key=key: any(each == key for each, _ in ear.heard()), _GRACE)  # type: ignore[misc]
        heard = (key, text) in ear.heard()
        stage.findings.check(
            not heard, _PERMISSION, f"{ear.title}, now {role}: hears {place.known}", place.channel.origin
        )


def _other_role(stage: Stage, ear: _Ear) -> str:
    """The role that loses most."""
    assert stage.plan.identity
    known = list(stage.plan.identity.roles)
    return known[(known.index(str(ear.who.role)) + 1) % len(known)]


def _table(stage: Stage, entity: str) -> str:
    return table(stage.plan.entity(entity))


def _places_heard(stage: Stage) -> Iterator[tuple[Principal, Place]]:
    """For each channel somebody who may listen, and where."""
    oracle, people = _oracle(stage), stage.people()
    for channel in stage.plan.channels:
        pairs = ((who, place) for place in stage.places() if place.channel is channel for who in people)
        found = next((each for each in pairs if stage.hears(oracle, *each)), None)
        if found:
            yield found


def _ids(socket: Socket) -> list[str]:
    return [str(each.get("id")) for each in socket.of("event")]


def _mixes(stage: Stage, place: Place) -> bool:
    """Whether a channel tells of several subjects: there a replay may repeat what was heard before."""
    [event] = [each for each in stage.plan.events if each.name == place.channel.events[0]]
    subject = next((each for each in event.members if isinstance(each.type, Reference) and not each.optional), None)
    return place.channel.parameter is None or subject is None or place.channel.parameter.name != subject.name


def replay(stage: Stage) -> None:
    """Whoever comes back to the other server hears what was missed, once, and then what follows."""
    for who, place in _places_heard(stage):
        event, payload = place.channel.events[0], stage.payload(place.channel.events[0], place)
        socket = stage.open(who, 0)
        stage.subscribe(socket, place.text)
        first = stage.emit(event, payload)
        socket.until(lambda socket=socket: bool(socket.of("event")))  # type: ignore[misc]
        socket.close()
        missed = [stage.emit(event, payload) for _ in range(3)]
        back = stage.open(who, 1)
        stage.subscribe(back, place.text, first)
        missed.append(stage.emit(event, payload))
        back.until(lambda back=back, last=missed[-1]: last in _ids(back))  # type: ignore[misc]
        heard = _ids(back)
        if _mixes(stage, place):
            heard = [each for each in dict.fromkeys(heard) if each != first]
        reason = f"{place.known}: after a replay {len(heard)} events came, in the right order {len(missed)} were due"
        stage.findings.check(heard == missed, _REPLAY, reason, place.channel.origin)
        back.close()
        lost = stage.open(who, 1)
        stage.subscribe(lost, place.text, str(who.id))
        told = lost.until(lambda lost=lost: bool(lost.of("gap")), 3.0)  # type: ignore[misc]
        stage.findings.check(told, _REPLAY, f"{place.known}: an unknown event is no gap", place.channel.origin)
        lost.close()


def late_commit(stage: Stage) -> None:
    """An event with an earlier position that is committed later is heard as well, live and in a replay."""
    for who, place in _places_heard(stage):
        event, payload = place.channel.events[0], stage.payload(place.channel.events[0], place)
        socket = stage.open(who, 1)
        stage.subscribe(socket, place.text)
        with psycopg.connect(stage.admin.info.dsn, password=stage.admin.info.password) as slow:
            late = stage.emit(event, payload, slow)
            quick = stage.emit(event, payload)
            socket.until(lambda socket=socket: bool(socket.of("event")))  # type: ignore[misc]
            slow.commit()
        socket.until(lambda socket=socket: len(socket.of("event")) >= 2)  # type: ignore[misc]
        heard = {str(each.get("id")) for each in socket.of("event")}
        reason = f"{place.known}: an event that was committed late is lost"
        stage.findings.check(heard == {late, quick}, _DELIVERY, reason, place.channel.origin)
        with suppress(OSError):
            socket.close()
