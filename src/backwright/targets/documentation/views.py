"""What the pages say, decided; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from backwright.lowering.caching import announced, cached
from backwright.lowering.configuration import Environment, Setting, chosen, environments
from backwright.lowering.database import application_name
from backwright.lowering.limits import limits
from backwright.lowering.operations import routines
from backwright.lowering.running.events import Event, events, fields
from backwright.lowering.running.image import Image
from backwright.lowering.running.metrics import METHODS, Metric, metrics
from backwright.lowering.seeds import seed_data
from backwright.lowering.wire.channels import CODES, wire_address
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.lists import filters, searched_fields, sorted_fields
from backwright.lowering.wire.routes import BASE, PRECONDITION, READS, Route, routes
from backwright.lowering.wire.shapes import shown_fields
from backwright.plan.expressions import Expression, render
from backwright.plan.indexes import all_steps, error_cases
from backwright.plan.model import Channel, DeleteStep, Entity, Plan, Step, UpdateStep
from backwright.plan.naming import collection_path, snake
from backwright.targets.documentation.tables import TableView, table_views

__all__ = ["EnvironmentView", "ProjectView", "environment_view", "project_view"]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable; `default` is empty where there is none."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RouteView:
    """A line of the routes table."""

    method: str
    path: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """Who may do something, and the condition as the blueprint has it."""

    entity: str
    action: str
    who: str
    condition: str


@dataclass(frozen=True, slots=True)
class ListView:
    """What a list can be asked for."""

    path: str
    filters: str
    sorts: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A named refusal."""

    code: str
    status: int
    route: str


@dataclass(frozen=True, slots=True)
class ChannelView:
    """Where callers listen."""

    address: str
    events: str
    who: str
    condition: str


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity in one line."""

    name: str
    summary: str
    states: str


@dataclass(frozen=True, slots=True)
class ProjectView:
    """Everything that the pages know."""

    name: str
    summary: str
    application: str
    commands: Mapping[str, str]
    needs: str
    ships: str
    environment: str
    packaged: bool
    seed: str
    port: str
    label: str
    health: str
    openapi: str
    identity: bool
    idempotent: bool
    conditional: bool
    versioned: str
    searched: bool
    retiring: bool
    conflicts: bool
    logins: tuple[tuple[str, str], ...]
    entities: tuple[EntityView, ...]
    routes: tuple[RouteView, ...]
    rules: tuple[RuleView, ...]
    lists: tuple[ListView, ...]
    includes: tuple[tuple[str, str], ...]
    errors: tuple[ErrorView, ...]
    asyncapi: str
    channels: tuple[ChannelView, ...]
    refusals: tuple[tuple[str, str], ...]
    tables: tuple[TableView, ...]
    variables: tuple[Variable, ...]
    first_role: str
    limits: tuple[tuple[str, str], ...]
    metrics: tuple[Metric, ...]
    methods: tuple[str, ...]
    events: tuple[Event, ...]
    fields: tuple[tuple[str, str], ...]
    environments: tuple[Environment, ...]
    adapters: tuple[str, ...]
    jobs: tuple[str, ...]
    kept: tuple[tuple[str, int], ...]
    announced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentView:
    """What an environment's files know; `environment` is the stack's word for where it runs."""

    name: str
    environment: str
    application: str
    identity: bool
    adapters: tuple[str, ...]
    settings: tuple[Setting, ...]


def environment_view(environment: Environment, view: ProjectView) -> EnvironmentView:
    """The view of one environment."""
    return EnvironmentView(
        name=environment.name,
        environment=view.environment,
        application=view.application,
        identity=view.identity,
        adapters=view.adapters,
        settings=environment.settings,
    )


def project_view(plan: Plan, contract: Mapping[str, object]) -> ProjectView:
    """The view of a plan on the stack of a contract."""
    found = routes(plan)
    manual = cast("Mapping[str, str]", contract["manual"])
    return ProjectView(
        name=plan.name,
        summary=plan.summary,
        application=application_name(plan),
        commands={name: _command(contract[name], manual["prefix"] if name in _PREFIXED else "") for name in _COMMANDS},
        needs=manual["needs"],
        ships=manual["ships"],
        environment=manual["environment"],
        seed=_command(contract["seed"], ""),
        packaged=Image.of(contract) is not None,
        port=next((each.default for each in _variables(contract) if each.name == "PORT"), ""),
        label=application_name(plan).replace("_", "-"),
        health=str(contract["health"]),
        openapi=str(contract["openapi"]),
        identity=plan.identity is not None,
        idempotent=any(operation.idempotent for operation in plan.operations),
        conditional=any(route.kind in PRECONDITION for route in found),
        versioned=", ".join(_words(entity.plural) for entity in plan.entities if entity.versioned),
        searched=any(searched_fields(entity) for entity in plan.entities),
        retiring=any(route.retirement for route in found),
        conflicts=any(_unnamed(routine.steps) for routine in routines(plan)),
        logins=seed_data(plan).demo_logins,
        entities=tuple(_entity(plan, entity) for entity in plan.entities),
        routes=tuple(_route(plan, route) for route in found),
        rules=tuple(_rules(plan)),
        lists=tuple(_list(route) for route in found if route.kind == "list"),
        includes=tuple(_includes(plan, found)),
        errors=tuple(_errors(plan, found)),
        asyncapi=str(contract["asyncapi"]),
        channels=tuple(_channel(channel) for channel in plan.channels),
        refusals=tuple(CODES.items()),
        tables=table_views(plan),
        variables=_variables(contract),
        first_role=plan.identity.roles[0] if plan.identity else "",
        limits=limits(plan),
        metrics=metrics(plan),
        methods=METHODS,
        events=events(plan),
        fields=tuple(fields(plan).items()),
        environments=environments(),
        adapters=tuple(chosen(plan)),
        jobs=tuple(job.name for job in plan.jobs),
        kept=tuple((f"{BASE}{collection_path(entity)}", entity.cached or 0) for entity in cached(plan)),
        announced=tuple(f"app.{name}" for name, _ in announced(plan)),
    )


_COMMANDS = ("install", "build", "check", "migrate", "rollback", "seed", "start", "test")
_PREFIXED = _COMMANDS[1:]


def _command(words: object, prefix: str) -> str:
    """As people type it; nothing where there is nothing to do."""
    if not isinstance(words, Sequence):
        return ""
    commands = words if all(isinstance(each, list) for each in words) else [words]
    return " && ".join(prefix + " ".join(str(word) for word in command) for command in commands if command)


def _variables(contract: Mapping[str, object]) -> tuple[Variable, ...]:
    listed = contract.get("variables")
    entries = listed if isinstance(listed, Sequence) else ()
    return tuple(Variable(each["name"], each["default"], each["meaning"]) for each in entries)


def _entity(plan: Plan, entity: Entity) -> EntityView:
    states = ", ".join(entity.lifecycle.states) if entity.lifecycle else ""
    whole = plan.entity(entity.whole) if entity.whole else None
    back = next((part.back for part in whole.parts if part.entity == entity.name), None) if whole else None
    members = [field.name for field in shown_fields(entity, back)]
    said = [entity.summary] if entity.summary else []
    said += [f"Part of {entity.whole}"] if entity.whole else []
    said += [f"Has {', '.join(members)}"] if members and not entity.summary else []
    return EntityView(entity.name, _cell(". ".join(said)), states)


def _unnamed(steps: tuple[Step, ...]) -> bool:
    """Whether a step writes a row without a word for the case that it cannot."""
    return any(isinstance(each, UpdateStep | DeleteStep) and each.otherwise is None for each in all_steps(steps))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _words(name: str) -> str:
    return snake(name).replace("_", " ")


def _who(roles: tuple[str, ...] | None) -> str:
    return "everyone" if roles is None else ", ".join(roles)


def _route(plan: Plan, route: Route) -> RouteView:
    return RouteView(route.method, f"{BASE}{route.path}", _who(route.roles), _cell(_what(plan, route) + _notice(route)))


def _notice(route: Route) -> str:
    if route.retirement is None:
        return ""
    gone = f", gone from {route.retirement.sunset} on" if route.retirement.sunset else ""
    return f" (deprecated since {route.retirement.deprecated}{gone})"


_IDENTITY: Mapping[str, str] = MappingProxyType(
    {
        "register": "Make an account; the answer is the same whether the address is new or not",
        "requestVerification": "Get another mail that confirms an address; the answer is always the same",
        "verify": "Confirm an address by the token in the mail",
        "forgotPassword": "Get a mail to choose a new password; the answer is always the same",
        "resetPassword": "Set a new password by the token in the mail",
        "login": "Get an access token and a refresh token",
        "refresh": "Exchange a refresh token for the next pair",
        "logout": "End the session",
        "changePassword": "Change the password; the other sessions end",
        "listMySessions": "The caller's sessions",
        "endMySessions": "End all sessions",
        "endMySession": "End one session",
        "listMyKeys": "The caller's API keys",
        "createMyKey": "Make an API key, which is shown once",
        "createSocketTicket": "Make a ticket that opens one socket",
        "deleteMyKey": "Revoke an API key",
    }
)


def _what(plan: Plan, route: Route) -> str:
    thing = _words(route.entity.name) if route.entity else ""
    things = _words(route.entity.plural) if route.entity else ""
    match route.kind:
        case "list":
            return f"A page of {things}"
        case "read":
            return f"One {thing}"
        case "create":
            return f"A new {thing}"
        case "update":
            return f"Change fields of one {thing}"
        case "delete":
            return f"Remove one {thing}"
        case "me":
            return "The caller's own account"
        case "transition" | "operation":
            return _routine(plan, route)
        case kind:
            return _IDENTITY[kind]


def _routine(plan: Plan, route: Route) -> str:
    routine = next(each for each in routines(plan) if each.name == route.routine)
    if routine.transition and routine.subject:
        sources = ", ".join(routine.transition.sources)
        return f"{_words(routine.subject.name).capitalize()}: {sources} to {routine.transition.target}"
    summary = routine.operation.summary if routine.operation else ""
    text = summary or _words(routine.name).capitalize()
    return f"{text} (needs an Idempotency-Key)" if route.idempotent else text


def _rules(plan: Plan) -> list[RuleView]:
    found = []
    for entity in plan.entities:
        moves = entity.lifecycle.transitions if entity.lifecycle else ()
        rules = [(rule.action, rule) for rule in entity.rules] + [(move.name, move.rule) for move in moves]
        for action, rule in rules:
            who = _who(None if rule.anonymous else rule.roles)
            found.append(RuleView(entity.name, action, who, _condition(rule.expression)))
    for operation in plan.operations:
        who = _who(None if operation.rule.anonymous else operation.rule.roles)
        found.append(RuleView("", operation.name, who, _condition(operation.rule.expression)))
    return found


def _channel(channel: Channel) -> ChannelView:
    events = ", ".join(f"`{name}`" for name in channel.events)
    return ChannelView(wire_address(channel), events, _who(channel.rule.roles), _condition(channel.rule.expression))


def _condition(expression: Expression) -> str:
    return _cell(render(expression))


def _list(route: Route) -> ListView:
    assert route.entity
    names = ", ".join(f"`{each.parameter}`" for each in filters(route.entity))
    sorts = ", ".join(f"`{name}`" for name in ("createdAt", *(field.name for field in sorted_fields(route.entity))))
    return ListView(f"{BASE}{route.path}", names, sorts)


def _includes(plan: Plan, found: tuple[Route, ...]) -> Iterator[tuple[str, str]]:
    for route in found:
        names = includes(plan, route.entity) if route.kind in READS and route.entity else ()
        if names:
            yield f"{BASE}{route.path}", ", ".join(f"`{each.name}`" for each in names)


def _errors(plan: Plan, found: tuple[Route, ...]) -> list[ErrorView]:
    lines = []
    for routine in routines(plan):
        route = next(each for each in found if each.routine == routine.name)
        place = f"{route.method} {BASE}{route.path}"
        if routine.transition:
            lines.append(ErrorView("wrong_state", 409, place))
        lines += [ErrorView(case.name, case.status, place) for case in error_cases(routine.steps)]
    return lines
