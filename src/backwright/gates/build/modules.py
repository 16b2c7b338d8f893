"""Source files as modules: what each offers, and what each asks of others, whatever its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Import", "Offer", "Reading"]


@dataclass(frozen=True, slots=True)
class Import:
    """Names asked of a module of the project, or of a package; no names means all of them."""

    names: tuple[str, ...] | None
    path: str = ""
    package: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A name that other files may use; `needed` where the file itself gives a reason to offer it."""

    name: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read."""

    offers: tuple[Offer, ...]
    imports: tuple[Import, ...]
    words: frozenset[str] = frozenset()

    def packages(self) -> Iterator[str]:
        """The packages that it needs: those imported, and those that a library is told of by name."""
        yield from (each.package for each in self.imports if each.package)
        yield from self.words
