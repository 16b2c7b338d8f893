"""Servers die, stop and are replaced, and more callers come than one can serve."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress

from backwright.gates.crowd import Call, rush
from backwright.gates.faults.ledger import open_ledger
from backwright.gates.faults.load import Outcome, attempt
from backwright.gates.faults.stage import Stage
from backwright.gates.system import Server

__all__ = ["overload", "rolling_restart", "server_killed", "stop_under_way"]

_CLIENTS = 8
_UNDER_WAY = 4
_STOPPED_WITHIN = 10.0
_CALLS, _USUAL, _CROWD = 400, 16, 200
_GOODPUT = 0.6


def server_killed(stage: Stage) -> None:
    """One of two servers is killed under load; only what it was working on is left open."""
    title = "one of two servers is killed"
    ledger = open_ledger(stage.arena)
    with stage.server() as first, stage.server() as second:
        with stage.load(ledger, first.url, second.url) as load:
            with suppress(ProcessLookupError):
                os.killpg(first.pid, signal.SIGKILL)
            load.urls[:] = [second.url]
            stage.recovered(load, second.url, title)
        stage.judge(load.outcomes, title, unanswered=2 * _CLIENTS)
        ledger.check(load.outcomes, second.url, title)


def rolling_restart(stage: Stage) -> None:
    """Two servers are replaced one after the other, each after nothing new is sent to it: no caller notices."""
    title = "servers are replaced one after the other"
    ledger = open_ledger(stage.arena)
    with ExitStack() as stack:
        old = [stack.enter_context(stage.server()) for _ in range(2)]
        with stage.load(ledger, *(server.url for server in old)) as load:
            for server in old:
                new = stack.enter_context(stage.server())
                load.urls.append(new.url)
                load.urls.remove(server.url)
                time.sleep(0.1)
                _stops(stage, server, title)
            time.sleep(0.3)
        stage.judge(load.outcomes, title, refused=False)
        ledger.check(load.outcomes, load.urls[0], title)


def stop_under_way(stage: Stage) -> None:
    """A server is told to stop while it works on requests: it answers them and ends with 0."""
    title = "a server is told to stop while it works"
    ledger = open_ledger(stage.arena)
    calls = ledger.calls()
    with stage.server(proxied=True, unhurried=True) as server, ThreadPoolExecutor(_UNDER_WAY) as pool:

        def begun() -> list[Future[Outcome]]:
            return [pool.submit(attempt, server.url, next(calls)) for _ in range(_UNDER_WAY)]

        # Connecting would take long once every reply is late.
        outcomes = [each.result() for each in begun()]
        stage.proxy.delay = 0.2
        asked = begun()
        time.sleep(0.1)
        _stops(stage, server, title)
        outcomes += [each.result() for each in asked]
    stage.proxy.delay = 0.0
    stage.judge(outcomes, title, refused=False)
    with stage.server() as server:
        ledger.check(outcomes, server.url, title)


def overload(stage: Stage) -> None:
    """Many more callers than usual at once: most are served, the others are told to come again, and it passes."""
    title = f"{_CROWD} callers at once"
    ledger = open_ledger(stage.arena)
    calls = ledger.calls()
    with stage.server() as server:
        attempt(server.url, next(calls))
        usual, seconds = _rush(server, [next(calls) for _ in range(_CALLS)], _USUAL)
        crowded, longer = _rush(server, [next(calls) for _ in range(_CALLS)], _CROWD)
        stage.judge(usual, f"{_USUAL} callers at once", refused=False)
        stage.judge(crowded, title)
        served = sum(each.known for each in crowded) / longer
        wanted = _GOODPUT * len(usual) / seconds
        if served < wanted:
            reason = f"{title}: {served:.0f} answers a second, of {_USUAL} callers {len(usual) / seconds:.0f}"
            stage.fail("gate/faults-overload", reason)
        ledger.check([*usual, *crowded], server.url, title)


def _rush(server: Server, calls: list[Call], callers: int) -> tuple[list[Outcome], float]:
    started = time.monotonic()
    replies = rush(server.url, calls, callers)
    seconds = time.monotonic() - started
    return [Outcome(call, reply, started, 0.0) for call, reply in zip(calls, replies, strict=True)], seconds


def _stops(stage: Stage, server: Server, title: str) -> None:
    started = time.monotonic()
    code = server.stop()
    seconds = time.monotonic() - started
    stage.arena.count += 1
    if code != 0 or seconds > _STOPPED_WITHIN:
        stage.fail("gate/faults-stop", f"{title}: it ended with {code} after {seconds:.1f} s, not with 0 in time")
