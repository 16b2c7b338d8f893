"""Scenarios as they are written: a short story of requests and answers that any stack can be put through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

__all__ = ["FOLDER", "Exchange", "Scenario", "read"]

FOLDER = Path(__file__).parent
_STEP = {"as", "send", "headers", "body", "text", "status", "answer", "told", "keep"}
_SCENARIO = {"title", "given", "steps"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what must come back.

    `actor` is a role of the demo logins, or a kept access token; nobody where it is missing. `text` is a body that is
    sent as it is. `keep` names values of the answer by their JSON pointers, or by the names of headers. A path that
    begins with `/sandbox` is not below the base.
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


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story; `given` steps set the scene."""

    title: str
    given: tuple[Exchange, ...]
    steps: tuple[Exchange, ...]

    @property
    def is_refusal(self) -> bool:
        """Whether it ends with something that is refused."""
        return any(step.status >= 400 for step in self.steps)


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
            found.append(Scenario(each["title"], tuple(map(_exchange, given)), tuple(map(_exchange, each["steps"]))))
    titles = [each.title for each in found]
    assert len(set(titles)) == len(titles), "two scenarios have one title"
    return tuple(found)


def _exchange(written: dict[str, object]) -> Exchange:
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
    )


def _texts(written: dict[str, object], name: str) -> dict[str, str]:
    members = written.get(name, {})
    assert isinstance(members, dict)
    return {str(key): str(value) for key, value in members.items()}
