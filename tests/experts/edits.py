"""A suggested edit, pasted into a blueprint as a person would."""

from __future__ import annotations

from typing import cast

import yaml

__all__ = ["pasted"]

Tree = dict[str, object]


def pasted(blueprint: str, edit: str) -> str:
    """The blueprint with the lines of the edit in their places; what stood there is replaced."""
    whole = cast("Tree", yaml.safe_load(blueprint))
    _merge(whole, cast("Tree", yaml.safe_load(edit)))
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)


def _merge(into: Tree, lines: Tree) -> None:
    for key, value in lines.items():
        there = into.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            _merge(there, value)
        else:
            into[key] = value
