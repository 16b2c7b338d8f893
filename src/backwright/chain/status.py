"""Where a project stands: what each phase has produced, from what, what was proven of it, and what is stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backwright import __version__
from backwright.chain.fingerprint import fingerprint
from backwright.chain.installed import gate_names
from backwright.chain.manifest import Manifest, read_manifest
from backwright.chain.phases import PHASES, Phase
from backwright.chain.project import Invalid, Place, Project, open_project
from backwright.chain.report import Entry, entries_of, read_report

__all__ = ["PhaseStatus", "State", "Status", "fine_gates", "status_of"]

State = Literal["done", "stale", "failed", "not_run"]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PhaseStatus:
    """`reason` says what the state rests on."""

    phase: Phase
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """`last_verified` is when a gate last ran, in RFC 3339; None where none has."""

    phases: tuple[PhaseStatus, ...]
    stack: str
    last_verified: str | None

    def document(self) -> dict[str, object]:
        """As `status --json` prints it."""
        return {
            "phases": [
                {
                    "name": each.phase.name,
                    "state": each.state,
                    "reason": each.reason,
                    "inputs": list(each.phase.inputs),
                    "outputs": list(each.phase.outputs),
                    "gate": ", ".join(_installed(each.phase)) or ("check" if each.phase is PHASES[0] else None),
                }
                for each in self.phases
            ],
            "stack": self.stack,
            "last_verified": self.last_verified,
        }


def status_of(folder: Path) -> Status:
    """The state of every phase; a blueprint with mistakes is a state, no folder of ours a diagnostic."""
    try:
        project = open_project(folder)
    except Invalid as invalid:
        return _broken(folder, invalid)
    manifest, report = read_manifest(folder), read_report(folder)
    content = fingerprint(folder, project.contract.derived)
    known = {str(each["name"]): each for each in entries_of(report)}
    same = report.get("content_digest") == content
    first = PhaseStatus(PHASES[0], "done", f"blueprint.yaml has no mistakes: {_counted(project)}")
    found = [first, *(_state(project, phase, manifest, known, same) for phase in PHASES[1:])]
    times = [str(each["started"]) for each in known.values() if _ran(each)]
    return Status(tuple(found), project.contract.stack, max(times, default=None))


def fine_gates(place: Place) -> frozenset[str]:
    """The gates that need not run again: they passed, or do not apply, on these very files."""
    report = read_report(place.folder)
    if report.get("content_digest") != fingerprint(place.folder, place.contract.derived):
        return frozenset()
    return frozenset(str(each["name"]) for each in entries_of(report) if _is_fine(each))


def _broken(folder: Path, invalid: Invalid) -> Status:
    from backwright.chain.contract import read_contract

    first, *others = PHASES
    place = invalid.diagnostics[0].origin
    reason = f"blueprint.yaml has {len(invalid.diagnostics)} mistakes, the first in line {place.line}"
    states = [PhaseStatus(first, "failed", reason)]
    states += [PhaseStatus(phase, "stale", "the blueprint cannot be read as it is") for phase in others]
    return Status(tuple(states), read_contract(folder).stack, None)


def _counted(project: Project) -> str:
    return f"{len(project.plan.entities)} entities, {len(project.plan.operations)} operations"


def _state(project: Project, phase: Phase, manifest: Manifest, known: Mapping[str, Entry], same: bool) -> PhaseStatus:
    if phase.parts:
        old = manifest.outdated(phase.parts, project.blueprint)
        if old:
            version = manifest.sources[old[0]].partition(" ")[0]
            what = "Backwright" if version != __version__ else "blueprint.yaml"
            return PhaseStatus(phase, "stale", f"{what} has changed since {_all(old)} was generated")
        digests = manifest.found(project.folder, phase.parts)
        if not digests:
            return PhaseStatus(phase, "not_run", "nothing of it has been generated")
        gone = [path for path, digest in digests.items() if digest is None]
        if gone:
            return PhaseStatus(phase, "stale", f"{_all(gone)} {'is' if len(gone) == 1 else 'are'} gone")
        edited = [path for path, digest in digests.items() if digest != manifest.files[path].digest]
        about = f"{len(digests)} files" + (f", {_all(edited)} edited since" if edited else "")
    else:
        about = ""
    state, reason = _verdict(phase, known, same)
    return PhaseStatus(phase, state, "; ".join(filter(None, (about, reason))))


def _verdict(phase: Phase, known: Mapping[str, Entry], same: bool) -> tuple[State, str]:
    gates = _installed(phase)
    if not gates:
        return "done", ""
    failed = [name for name in gates if known.get(name, {}).get("status") == "failed"]
    if failed and same:
        return "failed", f"{_all(failed)} failed"
    stale = [name for name in gates if name in known and (_was_run(known[name]) if same else _ran(known[name]))]
    if stale:
        return "stale", f"the project has changed since {_all(stale)} ran"
    missing = [name for name in gates if name not in known or not _is_fine(known[name])]
    if missing:
        return "not_run", f"{_all(missing)} {'has' if len(missing) == 1 else 'have'} not run"
    counted = [f"{name} {known[name]['count']} {known[name]['unit']}" for name in gates if known[name]["count"]]
    return "done", f"passed: {', '.join(counted)}"


def _installed(phase: Phase) -> tuple[str, ...]:
    return tuple(name for name in phase.gates if name in gate_names())


def _ran(entry: Entry) -> bool:
    return entry["status"] in ("passed", "failed")


def _was_run(entry: Entry) -> bool:
    """Whether a report says of a gate that its verdict was on other files."""
    return entry.get("stale") is True


def _is_fine(entry: Entry) -> bool:
    return entry["status"] == "passed" or entry.get("applies") is False


def _all(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
