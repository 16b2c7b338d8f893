"""How the plan's names appear in TypeScript files."""

from __future__ import annotations

from backwright.lowering.operations import Routine, collection
from backwright.plan.model import Entity, Operation, Plan
from backwright.plan.naming import kebab

__all__ = ["camel", "file_name", "function_name", "kebab", "list_name", "pascal", "test_name", "word"]

_FILES = frozenset(
    (
        "calls changes channels constraints fields health idempotency identity includes index jobs limits operations "
        "outbox pipeline registration sandbox socket-ticket"
    ).split()
)
_WORDS = frozenset(
    (
        "arguments await break case catch class const continue debugger default delete do else enum eval export "
        "extends false finally for function if implements import in instanceof interface let new null package "
        "private protected public return static super switch this throw true try typeof var void while with yield"
    ).split()
)
_GLOBALS = frozenset(
    (
        "Array ArrayBuffer Atomics Boolean DataView Date Error EvalError Function Infinity Intl Iterator JSON Map Math "
        "NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Router Set String Symbol SyntaxError "
        "Transaction TypeError URIError WeakMap WeakRef WeakSet decodeURI encodeURI escape globalThis isFinite isNaN "
        "constructor hasOwnProperty isPrototypeOf parseFloat parseInt propertyIsEnumerable toLocaleString toString "
        "undefined unescape valueOf"
    ).split()
)
_FUNCTIONS = frozenset(
    (
        "absent create date decimal denied email everyone id idempotent input integer json list only operation patch "
        "perform phone problem refuseAs remove show showMe slug text timestamp transition tx unknownReferences "
        "unlessMovable unlessMoved update url uuid uuidv7 wholeNumber z"
    ).split()
)


def camel(name: str) -> str:
    """`LineItem` to `lineItem`."""
    return name[0].lower() + name[1:]


def word(name: str) -> str:
    """`open_session` to `openSession`."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def pascal(name: str) -> str:
    """`closeItem` to `CloseItem`."""
    return name[0].upper() + name[1:]


def file_name(entity: Entity) -> str:
    """The base name of an entity's files: its collection, unless every project has such a file."""
    name = collection(entity)
    return f"{name}-collection" if name in _FILES else name


def test_name(plan: Plan, about: Entity | Operation, kind: str) -> str:
    """The base name of a file of tests: longer where a collection, or every project, has such a file."""
    rows = {file_name(entity) for entity in plan.entities}
    parts = {f"{name}-{part}" for name in rows for part in ("lifecycle", "list")}
    if isinstance(about, Entity):
        name = file_name(about)
        return f"{name}-{kind}" if kind != "collection" else f"{name}-collection" if name in parts else name
    name = kebab(about.name)
    return f"{name}-operation" if name in _FILES | rows | parts else name


def list_name(entity: Entity) -> str:
    """The constant that holds an entity's statements: `lineItems`."""
    name = word(collection(entity).replace("-", "_"))
    return f"{name}Collection" if name in _FILES | _WORDS | _GLOBALS | _FUNCTIONS else name


def function_name(plan: Plan, routine: Routine) -> str:
    """`closeItem` for the transition `close` of `Item`; an operation keeps its name unless its files use the word."""
    if routine.transition and routine.subject:
        return f"{routine.transition.name}{routine.subject.name}"
    name = _joined(routine)
    words = {name, pascal(name)}
    taken = {list_name(entity) for entity in plan.entities}
    taken |= {f"{entity.name}{action}" for entity in plan.entities for action in ("Create", "Update")}
    moves = ((entity, entity.lifecycle.transitions) for entity in plan.entities if entity.lifecycle)
    taken |= {f"{move.name}{entity.name}" for entity, transitions in moves for move in transitions}
    if routine.is_background:
        return f"{name}Routine" if name in taken | {each.name for each in plan.operations} else name
    return f"{name}Operation" if words & (taken | _WORDS | _GLOBALS | _FUNCTIONS) else name


def _joined(routine: Routine) -> str:
    """`placeOrder.timed_out` to `placeOrderTimedOut`, and the job `expire` to `expireJob`."""
    if routine.job:
        return f"{word(routine.job.name)}Job"
    first, *others = routine.name.split(".")
    return first + "".join(pascal(word(each)) for each in others)
