"""A thousand sockets: what each of them costs, those that stop reading, and all that come back at once."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from backwright.gates.oracle import Oracle, Principal
from backwright.gates.realtime.client import Socket
from backwright.gates.realtime.stage import Place, Stage
from backwright.gates.resident import most_resident, resident

__all__ = ["crowd", "many_files"]

_FILES = 6000
_MANY, _WAVE, _DEAF, _AT_ONCE = 1000, 100, 10, 16
_ROUNDS, _EVENTS, _PAUSE = 3, 20, 0.3
# Bounds: kB a socket, MB for those who do not read, seconds until an event has come, seconds until all are back.
_EACH, _GROWTH, _LATE, _BACK = 40.0, 50.0, 0.2, 10.0
_CROWD = "gate/realtime-crowd"


@dataclass(slots=True)
class _Member:
    """One of many; `last` is the id of the last event that it has heard."""

    who: Principal
    socket: Socket
    last: str = ""

    def heard(self) -> list[str]:
        """Ids of the events, in order."""
        return [str(each.get("id")) for each in self.socket.of("event")]


@contextmanager
def many_files() -> Iterator[bool]:
    """Lets this process and the servers that it starts have so many files open; whether the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = hard == resource.RLIM_INFINITY or hard >= _FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, _FILES), hard) if enough else (soft, hard))
    try:
        yield enough
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def crowd(stage: Stage) -> None:
    """On the place that most callers may listen to; the stage's first server does not outlive it."""
    place, people = _place(stage)
    if place is None:
        return
    # Code that is compiled and room for garbage are no sockets, so as many come and go first, some at a time.
    for _ in range(_MANY // _WAVE):
        for member in _all(people, _WAVE, lambda who: _Member(who, _listening(stage, who, place, 0, ""))):
            member.socket.close()
    before = resident(stage.servers[0].pid)
    members = _all(people, _MANY, lambda who: _Member(who, _listening(stage, who, place, 0, "")))
    try:
        _listen(stage, place, members, before)
        _deaf(stage, place, members)
        _come_back(stage, place, members[_DEAF:])
    finally:
        for member in members:
            member.socket.close()


def _place(stage: Stage) -> tuple[Place | None, list[Principal]]:
    oracle = Oracle(stage.plan, stage.state, datetime.now(UTC))
    heard = [(place, [who for who in stage.people() if stage.hears(oracle, who, place)]) for place in stage.places()]
    place, people = max(heard, key=lambda each: len(each[1]), default=(None, []))
    return (place, people) if people else (None, [])


def _all(people: Sequence[Principal], many: int, make: Callable[[Principal], _Member]) -> list[_Member]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(make, (people[number % len(people)] for number in range(many))))


def _listening(stage: Stage, who: Principal, place: Place, server: int, after: str) -> Socket:
    socket = stage.open(who, server)
    if socket.status == 101:
        stage.subscribe(socket, place.text, after or None)
    return socket


def _listen(stage: Stage, place: Place, members: Sequence[_Member], before: float | None) -> None:
    there = sum(bool(member.socket.of("subscribed")) for member in members)
    stage.findings.done(there)
    if there < _MANY:
        stage.findings.fail(_CROWD, f"{place.known}: {there} of {_MANY} sockets could listen")
    after = resident(stage.servers[0].pid)
    if before is None or after is None:
        return
    each = (after - before) * 1024 / _MANY
    reason = f"{_MANY} sockets cost {each:.1f} kB each, {_EACH:.0f} are allowed"
    stage.findings.check(each <= _EACH, "gate/realtime-crowd", reason)


def _deaf(stage: Stage, place: Place, members: Sequence[_Member]) -> None:
    """Some do not read; the others hear in time all the same, and the server does not grow."""
    # Until garbage needs no more room.
    for _ in range(_ROUNDS):
        _round(stage, place, members)
    before = most_resident(stage.servers[0].pid)
    for member in members[:_DEAF]:
        member.socket.deaf = True
    rounds = [_round(stage, place, members[_DEAF:]) for _ in range(_ROUNDS)]
    after = resident(stage.servers[0].pid)
    stage.findings.done(_EVENTS * _ROUNDS)
    late = min(rounds)
    if late > _LATE:
        reason = f"{place.known}: the slowest hundredth of {_MANY} sockets hears {late * 1000:.0f} ms late"
        stage.findings.fail(_CROWD, f"{reason}, {_LATE * 1000:.0f} are allowed")
    if before is not None and after is not None:
        reason = f"with {_DEAF} sockets that do not read the server grew by {after - before:.0f} MB"
        stage.findings.check(after - before <= _GROWTH, _CROWD, reason)


def _round(stage: Stage, place: Place, members: Sequence[_Member]) -> float:
    """The delay in seconds that one in a hundred messages exceeds; endless where one has not come."""
    event = place.channel.events[0]
    payload, emitted = stage.payload(event, place), {}
    for _ in range(_EVENTS):
        began = time.monotonic()
        emitted[stage.emit(event, payload)] = began
        time.sleep(_PAUSE)
    last = list(emitted)[-1]
    delays = []
    for member in members:
        member.socket.until(lambda member=member: last in member.heard()[-1:])  # type: ignore[misc]
        member.last = last
        came = dict(zip(map(_id, member.socket.messages), member.socket.times, strict=False))
        delays += [came[key] - began if key in came else float("inf") for key, began in emitted.items()]
    return sorted(delays)[int(len(delays) * 0.99)]


def _id(message: dict[str, object]) -> str:
    return str(message.get("id"))


def _come_back(stage: Stage, place: Place, members: Sequence[_Member]) -> None:
    """The server is killed while events go on; everybody turns to the other one, and nothing is missing."""
    event = place.channel.events[0]
    payload, emitted, done = stage.payload(event, place), list[str](), threading.Event()

    def emit() -> None:
        while not done.wait(0.2):
            emitted.append(stage.emit(event, payload))

    os.killpg(stage.servers[0].pid, signal.SIGKILL)
    emitter = threading.Thread(target=emit)
    emitter.start()
    since = time.monotonic()

    def back(member: _Member) -> None:
        member.socket.closed()
        member.socket.close()
        member.socket = _listening(stage, member.who, place, 1, member.last)

    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(back, members))
    finally:
        seconds = time.monotonic() - since
        done.set()
        emitter.join()
    last = emitted[-1]
    for member in members:
        member.socket.until(lambda member=member: last in member.heard()[-1:])  # type: ignore[misc]
    missing = sum(not set(emitted) <= set(member.heard()) for member in members)
    stage.findings.done(len(members))
    if missing:
        stage.findings.fail(_CROWD, f"{place.known}: {missing} of {len(members)} missed events when they came back")
    reason = f"{len(members)} sockets were back after {seconds:.1f} s, {_BACK:.0f} are allowed"
    stage.findings.check(seconds <= _BACK, _CROWD, reason)
