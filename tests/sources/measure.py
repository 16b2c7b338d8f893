"""How much of an expectation a blueprint meets, what it adds, and where it lets in whom the brief keeps out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from backwright.sources.brief import BriefReading
from tests.sources.elements import Case, atoms, load, rules

__all__ = ["Measured", "measure"]

Body = Mapping[str, object]


@dataclass
class Measured:
    """Elements `found` and `missed` of the expectation, `added` beyond it, and rules that are too wide: `open`."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def one(self, there: bool, name: str) -> bool:
        (self.found if there else self.missed).append(name)
        return there


def measure(case: Case, reading: BriefReading) -> Measured:
    measured = Measured()
    document = load(reading.blueprint or "")
    entities = _mapping(document.get("entities"))
    roles = [str(role) for role in _mapping(document.get("identity")).get("roles", [])]  # type: ignore[attr-defined]
    for role in case.roles:
        measured.one(role in roles, f"role {role}")
    measured.added += [f"role {role}" for role in roles if role not in (*case.roles, "user", "admin")]
    matched: dict[str, str] = {}
    for names, body in case.entities.items():
        name = next((option for option in names.split("|") if option in entities), "")
        if measured.one(bool(name), f"entity {names}"):
            matched[name] = names
            _entity(measured, name, body, entities)
        else:
            measured.missed += [f"{names}.{part}" for part in _parts(body)]
    companions = {name for name in entities for other in matched if name.startswith(other) and name != other}
    known = {"User", *matched, *companions}
    measured.added += [
        f"entity {name}" for name in entities if name not in known and _said(reading, f"entities.{name}")
    ]
    measured.added += [f"entity {name}" for name in case.never if name in entities and name not in known]
    for name in matched:
        measured.added += _beyond(name, case.entities[matched[name]], entities, reading)
    return measured


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _said(reading: BriefReading, path: str) -> bool:
    return not reading.origins.get(path, "pack:").startswith("pack:")


def _parts(body: Body) -> Iterator[str]:
    for key in ("fields", "states"):
        yield from _list(body.get(key))
    for key in ("refers", "confidential"):
        yield from _mapping(body.get(key))
    if body.get("owner"):
        yield "owner"
    for key in ("allow", "only"):
        yield from (f"{action} {atom}" for action, wanted in _mapping(body.get(key)).items() for atom in _list(wanted))


def _entity(measured: Measured, name: str, body: Body, entities: Body) -> None:
    entity = _mapping(entities[name])
    fields = {**_mapping(entity.get("fields")), **_mapping(entity.get("parts"))}
    for wanted in _list(body.get("fields")):
        measured.one(any(option in fields for option in wanted.split("|")), f"{name}.{wanted}")
    for name_of, target in _mapping(body.get("refers")).items():
        kind = str(fields.get(name_of, "")).split(" ")[0]
        measured.one(kind in str(target).split("|"), f"{name}.{name_of} -> {target}")
    if body.get("owner"):
        measured.one(str(entity.get("owner")) in str(body["owner"]).split("|"), f"{name} owned by {body['owner']}")
    states = _list(_mapping(entity.get("lifecycle")).get("states"))
    for wanted in _list(body.get("states")):
        measured.one(wanted in states, f"{name} is {wanted}")
    _rules(measured, name, body, entities)
    _members(measured, name, body, entities)


def _rules(measured: Measured, name: str, body: Body, entities: Body) -> None:
    said = rules(_mapping(entities[name]))
    for action, listed in _mapping(body.get("allow")).items():
        given = atoms(said.get(action, ""))
        for atom in _list(listed):
            measured.one(_covers(atom, given), f"{name}.{action} {atom}")
    for action, listed in _mapping(body.get("only")).items():
        _only(measured, f"{name}.{action}", atoms(said.get(action, "")), _list(listed))
    for action, listed in _mapping(body.get("banned")).items():
        _barred(measured, f"{name}.{action}", atoms(said.get(action, "")), _list(listed))


def _members(measured: Measured, name: str, body: Body, entities: Body) -> None:
    """Fields that not everybody sees who sees the row."""
    for key, compare in (("confidential", _only), ("hidden", _barred)):
        for member, listed in _mapping(body.get(key)).items():
            holder = _holder(name, member, entities)
            if measured.one(bool(holder), f"{name}.{member}"):
                seeing = atoms(rules(_mapping(entities[holder])).get("read", ""))
                compare(measured, f"{name}.{member} read", seeing, _list(listed))


def _barred(measured: Measured, name: str, given: set[str], banned: list[str]) -> None:
    measured.open += [f"{name} {atom}" for atom in sorted(given & {*banned, "anyone", "signed in"})]


def _covers(atom: str, given: set[str]) -> bool:
    """Whether somebody may; `=member && member` is met by `=member`, too."""
    heads = {item.split(" && ")[0] for item in given}
    met = atom in given or (" && " in atom and atom.split(" && ", maxsplit=1)[0] in heads)
    return met or "anyone" in given or ("signed in" in given and atom != "anyone")


def _only(measured: Measured, name: str, given: set[str], wanted: list[str]) -> None:
    allowed = {part for atom in wanted for part in (atom, f"={atom}")}
    for atom in wanted:
        parts = {part for item in given for part in (item, *item.split(" && "))}
        measured.one(bool({atom, f"={atom}"} & parts), f"{name} {atom}")
    wide = [atom for atom in sorted(given) if not allowed & {atom, *atom.split(" && ")}]
    measured.open += [f"{name} {atom}" for atom in wide]


def _holder(name: str, member: str, entities: Body) -> str:
    """The entity that keeps a field: the thing itself, or one that stands beside it."""
    return next(
        (
            other
            for other in entities
            if other.startswith(name) and member in _mapping(_mapping(entities[other]).get("fields"))
        ),
        "",
    )


def _beyond(name: str, body: Body, entities: Body, reading: BriefReading) -> Iterable[str]:
    """What the brief is said to say of a thing, and does not."""
    entity = _mapping(entities[name])
    wanted = {option for item in _list(body.get("fields")) for option in item.split("|")}
    wanted |= (
        set(_mapping(body.get("refers"))) | set(_mapping(body.get("confidential"))) | set(_mapping(body.get("hidden")))
    )
    wanted |= set(str(body.get("owner", "")).split("|"))
    for member in _mapping(entity.get("fields")):
        if member not in wanted and _said(reading, f"entities.{name}.fields.{member}"):
            yield f"{name}.{member}"
    states = _list(body.get("states"))
    for state in _list(_mapping(entity.get("lifecycle")).get("states"))[1 if len(states) < 3 else 0 :]:
        if state not in states and _said(reading, f"entities.{name}.lifecycle.states.{state}"):
            yield f"{name} is {state}"
    given = rules(entity)
    for action, listed in _mapping(body.get("allow")).items():
        heads = {atom.split(" && ")[0] for atom in _list(listed)}
        for atom in sorted(atoms(given.get(action, ""))):
            if atom.split(" && ")[0] not in {*heads, "admin"}:
                yield f"{name}.{action} {atom}"
