"""A language's programs on this machine, whichever language it is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backwright.chain.toolchain.environment import CHECKOUT

__all__ = ["Registry", "Runtime", "own_cache"]


@dataclass(frozen=True, slots=True)
class Registry:
    """Where packages come from: its name, what its client prints when it cannot be reached, and what to do then."""

    name: str
    unreachable: re.Pattern[str]
    advice: str
    lock_advice: str


@dataclass(frozen=True, slots=True)
class Runtime:
    """Programs by the word that calls them, folders where more are found, and the variables that they want.

    `settings` give way to the caller's own variables, `installing` holds while packages are installed and does not.
    """

    name: str
    version: tuple[int, ...]
    registry: Registry
    programs: Mapping[str, tuple[str, ...]]
    folders: tuple[Path, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    installing: Mapping[str, str] = field(default_factory=dict)
    unwanted: tuple[str, ...] = ()

    def environment(self, first: Sequence[Path] = (), base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment for child processes: `first`, then this runtime's own folders, lead PATH."""
        environment = dict(os.environ if base is None else base)
        for name in self.unwanted:
            environment.pop(name, None)
        folders = [str(folder) for folder in (*first, *self.folders)]
        environment["PATH"] = os.pathsep.join(filter(None, [*folders, environment.get("PATH", "")]))
        return dict(self.settings) | environment

    def command(self, words: Sequence[str]) -> tuple[str, ...]:
        """The command with the program that its first word stands for."""
        return (*self.programs.get(words[0], (words[0],)), *words[1:])


def own_cache(variable: str, name: str) -> dict[str, str]:
    """For users without a home of their own packages are kept in the checkout; else in the installer's usual place."""
    place = CHECKOUT / ".cache"
    has_home = os.access(os.environ.get("HOME") or os.devnull, os.W_OK | os.X_OK)
    return {} if has_home or not os.access(place, os.W_OK | os.X_OK) else {variable: str(place / name)}
