"""Scenarios as they are written: a short story of requests and answers that any stack can be put through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

__all__ = ["FOLDER", "Ending", "Exchange", "Hearing", "Opening", "Saying", "Scenario", "Silence", "Step", "read"]

FOLDER = Path(__file__).parent
_STEP = {"as", "send", "headers", "body", "text", "status", "answer", "told", "keep", "within"}
_SCENARIO = {"title", "given", "steps", "server"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what must come back.

    `actor` is a role of the demo logins, or a kept access token; nobody where it is missing. `text` is a body that is
    sent as it is. `keep` names values of the answer by their JSON pointers, or by the names of headers. A path that
    begins with `/sandbox` is not below the base. Where `within` is more than 0, it is sent again for so many seconds
    until what is expected comes back: what happens in the background takes a while.
    """

    method: str
    path: str
    status: int
    actor: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    text: str | None = None
    answer: object = None
    told: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Opening:
    """`{as: ROLE, opens: SOCKET}`: a socket with a ticket of the actor's, known by a name from here on."""

    socket: str
    actor: str


@dataclass(frozen=True, slots=True)
class Saying:
    """`{on: SOCKET, says: {…}}`: a message to the server."""

    socket: str
    message: object


@dataclass(frozen=True, slots=True)
class Hearing:
    """`{on: SOCKET, hears: {…}}`: what the next message is that nobody has looked at."""

    socket: str
    message: object
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Silence:
    """`{on: SOCKET, hears nothing for: SECONDS}`."""

    socket: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ending:
    """`{on: SOCKET, ends: CODE}`: the server closes it, with a code of RFC 6455."""

    socket: str
    code: int


Step = Exchange | Opening | Saying | Hearing | Silence | Ending


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story; `given` steps set the scene. With `server` it is played on one of its own, with these variables."""

    title: str
    given: tuple[Step, ...]
    steps: tuple[Step, ...]
    server: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_refusal(self) -> bool:
        """Whether it ends with something that is refused."""
        return any(step.status >= 400 for step in self.steps if isinstance(step, Exchange))


def read(application: str) -> tuple[Scenario, ...]:
    """All scenarios of an application, in the order of its files."""
    found: list[Scenario] = []
    scenes: dict[str, list[dict[str, object]]] = {}
    documents = [
        YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER / application).glob("*.yaml"))
    ]
    for document in documents:
        scenes |= document.get("given", {})
    for document in documents:
        for each in document.get("scenarios", ()):
            assert set(each) <= _SCENARIO, f"unknown in {each.get('title')}: {set(each) - _SCENARIO}"
            given = [step for name in each.get("given", ()) for step in scenes[name]]
            steps = tuple(map(_step, given)), tuple(map(_step, each["steps"]))
            found.append(Scenario(each["title"], *steps, _texts(each, "server")))
    titles = [each.title for each in found]
    assert len(set(titles)) == len(titles), "two scenarios have one title"
    return tuple(found)


def _step(written: dict[str, Any]) -> Step:
    match written:
        case {"as": actor, "opens": socket, **rest} if not rest:
            return Opening(str(socket), str(actor))
        case {"on": socket, "says": message, **rest} if not rest:
            return Saying(str(socket), message)
        case {"on": socket, "hears": message, **rest} if set(rest) <= {"keep"}:
            return Hearing(str(socket), message, _texts(rest, "keep"))
        case {"on": socket, "hears nothing for": seconds, **rest} if not rest:
            return Silence(str(socket), float(seconds))
        case {"on": socket, "ends": code, **rest} if not rest:
            return Ending(str(socket), int(code))
    return _exchange(written)


def _exchange(written: dict[str, Any]) -> Exchange:
    assert set(written) <= _STEP, f"unknown in a step: {set(written) - _STEP}"
    method, _, path = str(written["send"]).partition(" ")
    status = written["status"]
    assert isinstance(status, int)
    return Exchange(
        method=method,
        path=path,
        status=status,
        actor=str(written["as"]) if "as" in written else None,
        headers=_texts(written, "headers"),
        body=written.get("body"),
        text=str(written["text"]) if "text" in written else None,
        answer=written.get("answer"),
        told=_texts(written, "told"),
        keep=_texts(written, "keep"),
        within=float(written.get("within", 0)),
    )


def _texts(written: Mapping[str, object], name: str) -> dict[str, str]:
    members = written.get(name, {})
    assert isinstance(members, dict), written
    return {str(key): str(value) for key, value in members.items()}
