"""What the page about the architecture says: the C4 model in four diagrams, and how requests go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.caching import cached
from backwright.lowering.operations import routines
from backwright.lowering.wire.routes import BASE, routes
from backwright.plan.indexes import all_steps, called, emits
from backwright.plan.model import EmitStep, Entity, Operation, Plan
from backwright.render.mermaid import drawn, node
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.words import spoken

__all__ = ["ArchitectureView", "architecture"]


@dataclass(frozen=True, slots=True)
class LifecycleView:
    """The states of an entity: from, to, and by which move; the first is where rows begin.

    `called` are those that go by another name in the diagram.
    """

    entity: str
    called: tuple[tuple[str, str], ...]
    first: str
    moves: tuple[tuple[str, str, str], ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SequenceView:
    """How one operation goes; `call` is what it leaves behind for an outside system, `outcomes` what may follow."""

    route: str
    name: str
    reads: bool
    is_idempotent: bool
    emits: bool
    call: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchitectureView:
    """Who uses the system, which is called so in diagrams, what it is made of, and how its parts work together."""

    project: Project
    system: str
    roles: tuple[str, ...]
    is_public: bool
    ports: tuple[tuple[str, tuple[str, ...]], ...]
    components: tuple[tuple[str, str, str], ...]
    has_channels: bool
    is_emitting: bool
    sequence: SequenceView | None
    lifecycles: tuple[LifecycleView, ...]


def architecture(plan: Plan, known: Project) -> ArchitectureView:
    """The view."""
    return ArchitectureView(
        project=known,
        system=drawn(known.name),
        roles=plan.identity.roles if plan.identity else (),
        is_public=any(route.roles is None and not route.path.startswith("/auth/") for route in routes(plan)),
        ports=tuple((port.name, tuple(call.name for call in calls)) for port, calls in called(plan)),
        components=tuple(_components(plan)),
        has_channels=bool(plan.channels),
        is_emitting=emits(plan),
        sequence=_sequence(plan),
        lifecycles=tuple(_lifecycle(entity) for entity in plan.entities if entity.lifecycle),
    )


def _components(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Name, folder, what it is for."""
    yield "routes", "api/routes/", "every path with who may call it"
    yield "middleware", "api/middleware/", "bodies, tokens, limits, problems, the log"
    yield "controllers", "api/controllers/", "from requests to work and back"
    if routines(plan):
        yield "business", "services/business/", "what more than one statement does, each in one transaction"
    yield "data", "services/data/", "connections, lists, versions" + (", kept answers" if cached(plan) else "")
    if plan.identity:
        yield "security", "services/security/", "passwords, tokens, sessions, API keys"
    if emits(plan):
        yield "events", "services/events/", "delivers events from the outbox to subscribers"
    if called(plan):
        yield "external", "services/external/", "makes calls of outside systems"
    if plan.jobs:
        yield "jobs", "services/jobs/", "runs what is due"
    if plan.channels:
        yield "realtime", "services/realtime/", "sockets, and what they listen to"


def _sequence(plan: Plan) -> SequenceView | None:
    """The operation that shows most."""
    weighed = sorted(plan.operations, key=lambda each: (each.then is None, not each.idempotent))
    return _sequence_of(plan, weighed[0]) if weighed else None


def _sequence_of(plan: Plan, operation: Operation) -> SequenceView:
    route = next(each for each in routes(plan) if each.routine == operation.name)
    return SequenceView(
        route=f"{route.method} {BASE}{route.path}",
        name=operation.summary or spoken(operation.name).capitalize(),
        reads=operation.returns is not None,
        is_idempotent=operation.idempotent,
        emits=any(isinstance(step, EmitStep) for step in all_steps(operation.steps)),
        call=f"{operation.then.port}.{operation.then.call}" if operation.then else "",
        outcomes=tuple(each.name for each in operation.then.outcomes) if operation.then else (),
    )


def _lifecycle(entity: Entity) -> LifecycleView:
    assert entity.lifecycle
    states, transitions = entity.lifecycle.states, entity.lifecycle.transitions
    left = {source for each in transitions for source in each.sources}
    return LifecycleView(
        entity=entity.name,
        called=tuple((state, node(state)) for state in states if node(state) != state),
        first=node(states[0]),
        moves=tuple((node(source), node(each.target), each.name) for each in transitions for source in each.sources),
        last=tuple(node(state) for state in states if state not in left),
    )
