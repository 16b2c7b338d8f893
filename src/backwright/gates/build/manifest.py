"""What a project says that it depends on, and what those packages are called where they are imported."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["Manifest"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Manifest:
    """The first file that the contract's `packages` name."""

    def __init__(self, folder: Path, contract: Mapping[str, object]) -> None:
        packages = contract.get("packages")
        known = packages if isinstance(packages, dict) else {}
        locks = known.get("locks")
        self.path = str(locks[0]) if isinstance(locks, list) and locks else ""
        self._installed = folder / str(known.get("folder", ""))
        file = folder / self.path
        self.text = file.read_text(encoding="utf-8") if self.path and file.is_file() else ""

    def dependencies(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Every package that a running project needs, with the names under which it can be imported."""
        if self.path.endswith(".json") and self.text:
            yield from ((name, frozenset((name,))) for name in json.loads(self.text).get("dependencies", {}))
        if self.path.endswith(".toml") and self.text:
            listed = tomllib.loads(self.text).get("project", {}).get("dependencies", [])
            for entry in listed:
                name = match[0] if (match := _NAME.match(entry)) else entry
                yield name, self._modules(name)

    def _modules(self, name: str) -> frozenset[str]:
        """By the record of the installed package; by custom where there is none."""
        plain = _plain(name)
        for record in sorted(self._installed.glob("lib*/python*/site-packages/*.dist-info/RECORD")):
            if _plain(record.parent.name.split("-")[0]) == plain:
                tops = (line.split(",")[0].split("/")[0] for line in record.read_text(encoding="utf-8").splitlines())
                return frozenset((plain, *(top.removesuffix(".py") for top in tops)))
        return frozenset((plain,))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()
