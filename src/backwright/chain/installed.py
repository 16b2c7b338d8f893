"""Which gates there are."""

from __future__ import annotations

from pkgutil import iter_modules

import backwright.gates

__all__ = ["QUICK", "gate_names"]

QUICK = ("schema", "build", "tests", "contract", "policy", "races", "seeds")


def gate_names() -> tuple[str, ...]:
    """The gates that are installed, in the order they run."""
    found = {module.name for module in iter_modules(backwright.gates.__path__) if module.ispkg}
    return tuple(name for name in QUICK if name in found) + tuple(sorted(found - set(QUICK)))
