"""Outside systems in Python: what they are told, who answers, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

from backwright.lowering.configuration import adapter_variable
from backwright.lowering.operations import background
from backwright.lowering.routine_sources import wire_name
from backwright.plan.indexes import called
from backwright.plan.model import Bool, Call, Enumeration, Input, Integer, Json, Plan, Port, Record, Type
from backwright.plan.naming import snake
from backwright.targets.fastapi.names import attribute, function_name, pascal
from backwright.targets.fastapi.render import render
from backwright.targets.fastapi.text import literal

__all__ = ["adapter_path", "port_files"]

Templated = tuple[str, str, tuple[str, ...]]


def adapter_path(port: Port) -> str:
    """The application's own way to an outside system."""
    return f"services/external/ports/{_file(port)}.py"


def _file(port: Port) -> str:
    return attribute(port.name)


def port_files(plan: Plan) -> Iterator[Templated]:
    """What a project has that calls anything."""
    view = [_port(port, made) for port, made in called(plan)]
    ids = tuple(port.id for port, _ in called(plan))
    yield "config/ports.py", render("config/ports.py.j2", view), ids
    names = ", ".join(sorted(name for each in view for name in each["words"]))
    for name in ("contracts", "sandbox", "adapters"):
        content = render(f"services/external/port_{name}.py.j2", {"ports": view, "names": names})
        yield f"services/external/port_{name}.py", content, ids
    for (port, _), each in zip(called(plan), view, strict=True):
        yield adapter_path(port), render("services/external/port.py.j2", each), (port.id,)
    following = [(each.name, function_name(plan, each)) for each in background(plan) if each.outcome]
    yield "services/external/outcomes.py", render("services/external/outcomes.py.j2", following), ids


def _port(port: Port, made: tuple[Call, ...]) -> dict[str, Any]:
    name = _pascal(port.name)
    calls = [_call(port, call) for call in made]
    outcomes = dict.fromkeys(outcome for call in made for outcome in call.outcomes)
    return {
        "name": snake(port.name),
        "constant": snake(port.name).upper(),
        "type": f"{name}Port",
        "real": f"Real{name}",
        "sandbox": f"Sandbox{name}",
        "file": _file(port),
        "variable": adapter_variable(port),
        "attribute": adapter_variable(port).lower(),
        "outcomes": ", ".join(map(literal, outcomes)),
        "words": [word for call in calls for word in (call["input"], call["outcome"])],
        "calls": calls,
    }


def _call(port: Port, call: Call) -> dict[str, Any]:
    name = _pascal(port.name) + _pascal(call.name)
    return {
        "name": attribute(call.name),
        "key": literal(f"{port.name}.{call.name}"),
        "told": f"{port.name}.{call.name}",
        "input": f"{name}Input",
        "outcome": f"{name}Outcome",
        "members": [(wire_name(each), _optional(each)) for each in call.inputs],
        "is_class": not any(iskeyword(wire_name(each)) for each in call.inputs),
        "outcomes": ", ".join(map(literal, call.outcomes)),
        "first": literal(call.outcomes[0]),
    }


def _pascal(name: str) -> str:
    return "".join(pascal(word) for word in snake(name).split("_") if word)


def _optional(each: Input) -> str:
    return f"{_type(each.type)} | None" if each.optional and not isinstance(each.type, Json) else _type(each.type)


def _type(kind: Type) -> str:
    """As JSON has it: exact numbers, times and ids are strings."""
    match kind:
        case Integer(wide=False):
            return "int"
        case Bool():
            return "bool"
        case Json():
            return "object"
        case Enumeration(values):
            return f"Literal[{', '.join(map(literal, values))}]"
        case Record():
            return "dict[str, object]"
        case _:
            return "str"
