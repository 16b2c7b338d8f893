"""Takes parts of a project, or its tests, to where they should be, and does nothing again that holds already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backwright.chain.events import Listener, PhaseStarted
from backwright.chain.installed import gate_names
from backwright.chain.manifest import read_manifest
from backwright.chain.phases import Part
from backwright.chain.project import find_project
from backwright.chain.renewal import Renewal
from backwright.chain.status import fine_gates

if TYPE_CHECKING:
    from backwright.chain.verify import Verification

__all__ = ["Advance", "advance"]


@dataclass(frozen=True, slots=True)
class Advance:
    """What was done: None where there was nothing to do."""

    folder: Path
    renewal: Renewal | None
    verification: Verification | None

    @property
    def failed(self) -> bool:
        """Whether a gate found something."""
        return any(each.status == "failed" for each in (self.verification.ran if self.verification else ()))


def advance(folder: Path, parts: Sequence[Part], gates: Sequence[str], listener: Listener) -> Advance:
    """Makes the parts again where their input has changed or a file is gone, then runs the gates that know nothing of
    these files; of the gates those that are not installed are left out."""
    place = find_project(folder)
    renewal = None
    manifest = read_manifest(folder)
    if manifest.outdated(parts, place.blueprint) or None in manifest.found(folder, parts).values():
        from backwright.chain.renew import renew

        listener(PhaseStarted(f"writing {', '.join(parts)}"))
        renewal = renew(place.project(), parts)
        place = find_project(folder)
    fine = fine_gates(place)
    due = [name for name in gates if name in gate_names() and name not in fine]
    if not due:
        return Advance(folder, renewal, None)
    from backwright.chain.verify import verify

    return Advance(folder, renewal, verify(place.project(), due, listener))
