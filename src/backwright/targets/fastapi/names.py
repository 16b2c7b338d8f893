"""How the plan's names appear in Python files."""

from __future__ import annotations

import builtins
import keyword

from pydantic import BaseModel

from backwright.lowering.operations import Routine, collection
from backwright.plan.model import Entity
from backwright.plan.naming import snake

__all__ = ["attribute", "function_name", "list_name", "pascal"]

_MEMBERS = frozenset({*keyword.kwlist, *dir(BaseModel), "bool", "json_text"})
_TAKEN = frozenset(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *"absent denied fields given operation payload perform problem refuse_as resource row_id router tx".split(),
        *"unknown_references unless_movable unless_moved uuid7".split(),
        *"date decimal email json phone slug text timestamp url uuid whole_number".split(),
    }
)


def pascal(name: str) -> str:
    """`closeItem` to `CloseItem`."""
    return name[0].upper() + name[1:]


def list_name(entity: Entity) -> str:
    """The constant that holds an entity's statements, and the name of its files: `line_items`."""
    name = snake(collection(entity).replace("-", "_"))
    return f"{name}_" if keyword.iskeyword(name) else name


def attribute(name: str) -> str:
    """The attribute for a member of a body; what Python or pydantic needs for itself gets a trailing underscore."""
    found = snake(name)
    return f"{found}_" if found in _MEMBERS or found.startswith("model_") else found


def function_name(routine: Routine) -> str:
    """`close_item` for the transition `close` of `Item`; an operation keeps its name unless its files use the word."""
    if routine.transition and routine.subject:
        return snake(f"{routine.transition.name}{routine.subject.name}")
    name = snake(routine.name)
    return f"{name}_operation" if name in _TAKEN else name
