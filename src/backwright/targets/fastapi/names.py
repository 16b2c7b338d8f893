"""How the plan's names appear in Python files."""

from __future__ import annotations

import builtins
import keyword

from pydantic import BaseModel

from backwright.lowering.memory import once_per_plan
from backwright.lowering.operations import Routine, collection, routines
from backwright.plan.model import Entity, Operation, Plan
from backwright.plan.naming import snake

__all__ = ["attribute", "function_name", "list_name", "pascal", "test_name"]

_MEMBERS = frozenset({*keyword.kwlist, *dir(BaseModel), "bool", "json_text"})
_TAKEN = frozenset(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *"absent denied fields given operation payload perform problem refuse_as resource row_id router tx".split(),
        *"unknown_references unless_movable unless_moved uuid7".split(),
        *"date decimal email json phone slug text timestamp url uuid whole_number".split(),
        *"annotated body caller field key literal operation patch request".split(),
        *"response step transaction".split(),
    }
)
_FILES = frozenset(
    (
        "calls changes channels constraints fields health idempotency identity includes jobs limits operations outbox "
        "registration sandbox socket_ticket"
    ).split()
)


def pascal(name: str) -> str:
    """`closeItem` to `CloseItem`."""
    return name[0].upper() + name[1:]


def list_name(entity: Entity) -> str:
    """The constant that holds an entity's statements, and the name of its files: `line_items`, or longer."""
    name = snake(collection(entity).replace("-", "_"))
    return f"{name}_collection" if name in _TAKEN | _FILES else name


def test_name(plan: Plan, about: Entity | Operation, kind: str) -> str:
    """The name of a file of tests: longer where a collection, or every project, has such a file."""
    rows = {list_name(entity) for entity in plan.entities}
    parts = {f"{name}_{part}" for name in rows for part in ("lifecycle", "list")} | {"plain_transactions"}
    if isinstance(about, Entity):
        name = list_name(about)
        return f"{name}_{kind}" if kind != "collection" else f"{name}_collection" if name in parts else name
    name = snake(about.name)
    return f"{name}_operation" if name in rows | parts else name


def attribute(name: str) -> str:
    """The attribute for a member of a body; what Python or pydantic needs for itself gets a trailing underscore."""
    found = snake(name)
    return f"{found}_" if found in _MEMBERS or found.startswith("model_") else found


def function_name(plan: Plan, routine: Routine) -> str:
    """`close_item` for the transition `close` of `Item`; longer where the files that mention it have such a name."""
    name = _short_name(routine)
    if routine.is_background:
        taken = {_short_name(each) for each in routines(plan)}
        return f"{name}_routine" if name in taken | _names(plan) else name
    if routine.transition:
        return f"{name}_transition" if name in _TAKEN | _names(plan) else name
    moves = {_short_name(each) for each in routines(plan) if each.transition}
    return f"{name}_operation" if name in _TAKEN | _names(plan) | moves else name


def _short_name(routine: Routine) -> str:
    if routine.transition and routine.subject:
        return snake(f"{routine.transition.name}{routine.subject.name}")
    if routine.job:
        return f"{snake(routine.job.name)}_job"
    return snake(routine.name.replace(".", "_"))


@once_per_plan
def _names(plan: Plan) -> frozenset[str]:
    """Statements, handlers and bodies of entities, and handlers of operations."""
    found = {f"{method}_{_short_name(each)}" for method in ("get", "post", "put", "delete") for each in routines(plan)}
    for entity in plan.entities:
        name, rows = snake(entity.name), list_name(entity)
        found |= {rows, f"list_{rows}", f"show_{name}", f"create_{name}", f"update_{name}", f"delete_{name}"}
        found |= {f"{name}_create", f"{name}_update"}
    return frozenset(found | {"show_me"})
