"""Outside systems in TypeScript: what they are told, who answers, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backwright.lowering.configuration import adapter_variable
from backwright.lowering.operations import background
from backwright.lowering.routine_sources import wire_name
from backwright.plan.indexes import called
from backwright.plan.model import (
    Bool,
    Call,
    Enumeration,
    Input,
    Integer,
    Json,
    Plan,
    Port,
    Record,
    Type,
)
from backwright.targets.express import text
from backwright.targets.express.names import function_name, kebab, pascal, word
from backwright.targets.express.render import render

__all__ = ["adapter_path", "port_files"]

_CONTRACTS = "./port-contracts.js"
Templated = tuple[str, str, tuple[str, ...]]


def adapter_path(port: Port) -> str:
    """The application's own way to an outside system."""
    return f"services/external/ports/{kebab(port.name)}.ts"


def port_files(plan: Plan) -> Iterator[Templated]:
    """What a project has that calls anything."""
    view = [_port(port, made) for port, made in called(plan)]
    ids = tuple(port.id for port, _ in called(plan))
    yield "config/ports.ts", render("config/ports.ts.j2", view), ids
    contracts = [f"{each['type']}" for each in view]
    inputs = [call["input"] for each in view for call in each["calls"]]
    imports = {
        "contracts": text.import_line(sorted((*contracts, *inputs), key=text.natural), _CONTRACTS, types=True),
        "types": text.import_line(sorted(contracts, key=text.natural), _CONTRACTS, types=True),
        "sandbox": text.import_line(sorted((each["sandbox"] for each in view), key=text.natural), "./port-sandbox.js"),
    }
    for name in ("contracts", "sandbox", "adapters"):
        content = render(f"services/external/port-{name}.ts.j2", {"ports": view, "imports": imports})
        yield f"services/external/port-{name}.ts", content, ids
    for (port, _), each in zip(called(plan), view, strict=True):
        yield adapter_path(port), render("services/external/port.ts.j2", each), (port.id,)
    following = [(each.name, function_name(plan, each)) for each in background(plan) if each.outcome]
    listed = [(name, function, kebab(function)) for name, function in following]
    sources = sorted(listed, key=lambda each: text.natural(each[2]))
    yield (
        "services/external/outcomes.ts",
        render("services/external/outcomes.ts.j2", {"all": listed, "by": sources}),
        ids,
    )


def _port(port: Port, made: tuple[Call, ...]) -> dict[str, Any]:
    name = word(port.name)
    outcomes = dict.fromkeys(outcome for call in made for outcome in call.outcomes)
    return {
        "name": name,
        "type": f"{pascal(name)}Port",
        "real": f"real{pascal(name)}",
        "sandbox": f"sandbox{pascal(name)}",
        "file": kebab(port.name),
        "variable": adapter_variable(port),
        "outcomes": ", ".join(map(text.string, outcomes)),
        "calls": [_call(port, call) for call in made],
    }


def _call(port: Port, call: Call) -> dict[str, Any]:
    name = pascal(word(port.name)) + pascal(word(call.name))
    return {
        "name": word(call.name),
        "key": f"{port.name}.{call.name}",
        "input": f"{name}Input",
        "outcome": f"{name}Outcome",
        "members": [f"readonly {wire_name(each)}: {_optional(each)};" for each in call.inputs],
        "outcomes": " | ".join(map(text.string, call.outcomes)),
        "answers": ", ".join(map(text.string, call.outcomes)),
    }


def _optional(each: Input) -> str:
    return f"{_type(each.type)} | null" if each.optional and not isinstance(each.type, Json) else _type(each.type)


def _type(kind: Type) -> str:
    """As JSON has it: exact numbers, times and ids are strings."""
    match kind:
        case Integer(wide=False):
            return "number"
        case Bool():
            return "boolean"
        case Json():
            return "unknown"
        case Enumeration(values):
            return " | ".join(map(text.string, values))
        case Record(inputs):
            return f"{{ {' '.join(f'readonly {wire_name(each)}: {_optional(each)};' for each in inputs)} }}"
        case _:
            return "string"
