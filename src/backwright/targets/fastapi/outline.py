"""The table of contents of a FastAPI backend: which file, from which template, once per what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from textwrap import wrap

from backwright.lowering.caching import cached, changes
from backwright.lowering.configuration import tested_with
from backwright.lowering.database import application_name
from backwright.lowering.limits import limits as stated_limits
from backwright.lowering.mails import mails
from backwright.lowering.operations import routines
from backwright.lowering.passwords import common_passwords, known_name
from backwright.lowering.relational import calls, idempotency, limits, outbox
from backwright.lowering.relational.identity import identity_statements
from backwright.lowering.relational.tables import late_references
from backwright.lowering.running.metrics import METHODS, Metric, metrics
from backwright.lowering.running.security import security_actions
from backwright.lowering.suites import load_suite
from backwright.lowering.wire.origins import sharing
from backwright.lowering.wire.routes import routes
from backwright.plan.indexes import called, emits
from backwright.plan.model import Entity, Plan
from backwright.plan.naming import snake
from backwright.targets.fastapi import schemas
from backwright.targets.fastapi.channels import channel_files
from backwright.targets.fastapi.jobs import job_queries, schedule
from backwright.targets.fastapi.names import list_name
from backwright.targets.fastapi.packages import named
from backwright.targets.fastapi.ports import adapter_path, port_files
from backwright.targets.fastapi.render import render
from backwright.targets.fastapi.routes import routes_view
from backwright.targets.fastapi.tests import test_files
from backwright.targets.fastapi.text import literal, string
from backwright.targets.fastapi.views import collection_view, constraints_view, includes_view, model_view, service_views

__all__ = ["fixed_files", "own_files", "templated_files"]

_SUBSCRIBERS = "services/events/subscribers.py"

_IDENTITY = (
    "api/middleware/authentication.py",
    "api/routes/identity.py",
    "api/routes/sandbox.py",
    "config/identity.py",
    "config/mail.py",
    "services/external/delivery.py",
    "services/external/mail.py",
    "services/external/mailbox.py",
    "services/security/accounts.py",
    "services/security/argon2.py",
    "services/security/identity.py",
    "services/security/cleaning.py",
    "services/security/guessable.py",
    "services/security/keys.py",
    "services/security/one_time_tokens.py",
    "services/security/attempts.py",
    "services/security/passwords.py",
    "services/security/remembered.py",
    "services/security/sessions.py",
    "services/security/tokens.py",
    "tests/integration/server/test_attempts.py",
    "tests/integration/server/test_cleaning.py",
    "tests/integration/server/test_identity.py",
    "tests/integration/server/test_revocation.py",
    "tests/integration/server/test_secrets.py",
    "tests/integration/server/test_security_log.py",
    "tests/integration/server/test_sessions.py",
    "tests/integration/server/test_keys.py",
    "tests/e2e/test_mail.py",
    "tests/integration/server/test_recovery.py",
    "tests/support/sessions.py",
    "tests/support/smtp.py",
    "tests/support/visitor.py",
    "tests/unit/test_passwords.py",
    "tests/unit/test_guessable.py",
    "tests/unit/test_one_time_tokens.py",
    "tests/unit/test_tokens.py",
)
_RETIRING = ("api/middleware/retiring.py",)
_ROUTINES = ("api/controllers/operation.py", "services/business/perform.py")
_IDEMPOTENT = ("services/data/idempotency.py",)
_EMITTING = (
    "config/outbox.py",
    "services/events/dispatcher.py",
    "tests/integration/server/test_outbox.py",
)
_LISTENING = (
    "api/routes/socket_ticket.py",
    "api/socket/handshake.py",
    "api/socket/messages.py",
    "api/socket/peer.py",
    "api/socket/protocol.py",
    "api/socket/upgrade.py",
    "config/sockets.py",
    "services/realtime/addresses.py",
    "services/realtime/hub.py",
    "services/realtime/outbox.py",
    "services/realtime/tickets.py",
    "tests/integration/server/test_sockets.py",
    "tests/support/channels.py",
)

_CALLING = (
    "config/calls.py",
    "services/external/caller.py",
    "tests/integration/server/test_calls.py",
)
_WORKING = (
    "config/jobs.py",
    "services/jobs/runner.py",
    "tests/integration/server/test_jobs.py",
)
_NOTIFIED = ("services/data/listener.py", "services/data/worker.py")
_KEEPING = (
    "api/controllers/kept.py",
    "api/middleware/changes.py",
    "config/cache.py",
    "services/data/cache.py",
    "services/data/changes.py",
    "tests/unit/test_cache.py",
)
_LOADED = ("tests/support/load.py",)

_LINE = 120

Templated = tuple[str, str, tuple[str, ...]]


@cache
def _runtime() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_walk(files(__package__) / "runtime", "")))


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if not entry.name.startswith((".", "__")):
                yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")


def _is_idempotent(plan: Plan) -> bool:
    return any(operation.idempotent for operation in plan.operations)


def own_files(plan: Plan) -> frozenset[str]:
    """The application's own: what it does about its events, and its ways to outside systems."""
    return frozenset((_SUBSCRIBERS, *(adapter_path(port) for port, _ in called(plan))))


def fixed_files(plan: Plan) -> Iterator[tuple[str, str]]:
    """The runtime without the files this plan has no use for; the package is named after the application."""
    unused: tuple[str, ...] = () if plan.identity else _IDENTITY
    unused += () if any(route.retirement for route in routes(plan)) else _RETIRING
    unused += () if routines(plan) else _ROUTINES
    unused += () if _is_idempotent(plan) else _IDEMPOTENT
    unused += () if emits(plan) else _EMITTING
    unused += () if called(plan) else _CALLING
    unused += () if plan.jobs else _WORKING
    unused += () if emits(plan) or called(plan) else _NOTIFIED
    unused += () if plan.channels else _LISTENING
    unused += () if cached(plan) else _KEEPING
    unused += () if load_suite(plan) else _LOADED
    packages = (*(() if plan.identity else ("argon2-cffi",)), *(() if plan.channels else ("websockets",)))
    name = application_name(plan).replace("_", "-")
    for path, content in _runtime():
        if path not in unused:
            yield path, named(path, content, name, packages)


def templated_files(plan: Plan) -> Iterator[Templated]:
    """One file per entity and layer, where the layer has something to say about it."""
    yield "config/application.py", render("config/application.py.j2", _application(plan)), ()
    yield "config/metrics.py", render("config/metrics.py.j2", _measured(plan)), ()
    yield (
        "database/seed.py",
        render("database/seed.py.j2", {"accounts": plan.identity is not None, "circular": bool(late_references(plan))}),
        (),
    )
    served = ["health", *(["sandbox", "identity"] if plan.identity else [])]
    served += ["socket_ticket"] if plan.channels else []
    for entity in plan.entities:
        yield from _entity_files(plan, entity, served)
    included = includes_view(plan)
    if included:
        yield "database/queries/includes.py", render("database/queries/includes.py.j2", included), ()
    operations = routes_view(plan, None)
    if operations:
        served.append("operations")
        yield "api/routes/operations.py", render("api/routes/entity.py.j2", operations), ()
    does = {"emits": emits(plan), "calls": bool(called(plan)), "jobs": bool(plan.jobs)}
    does |= {"channels": bool(plan.channels), "caches": bool(cached(plan))}
    view = {"identity": plan.identity is not None, "modules": served, **does}
    yield "api/main.py", render("api/main.py.j2", view), ()
    yield "api/application.py", render("api/application.py.j2", view), ()
    for service in service_views(plan):
        yield service.path, render("services/business/routine.py.j2", service), service.ids
    yield from _identity_files(plan)
    if _is_idempotent(plan):
        queries = (("LOCK", idempotency.LOCK), ("STORED", idempotency.STORED), ("STORE", idempotency.STORE))
        yield "database/queries/idempotency.py", _statements(queries), ()
    counting = (("LEASE", limits.LEASE), ("SWEEP", limits.SWEEP), ("LEASE_SCRIPT", limits.LEASE_SCRIPT))
    yield "database/queries/limits.py", _statements(counting), ()
    if emits(plan):
        yield from _outbox_files(plan)
    if called(plan):
        yield "database/queries/calls.py", _statements(_upper(calls.QUERIES)), ()
        yield from port_files(plan)
    if plan.jobs:
        job_ids = tuple(job.id for job in plan.jobs)
        yield "database/queries/jobs.py", _statements(job_queries(plan)), job_ids
        yield "services/jobs/schedule.py", schedule(plan), job_ids
    if cached(plan):
        routes_changing = [(literal(route), literal(collections)) for route, collections in changes(plan)]
        ids = tuple(entity.id for entity in cached(plan))
        yield "config/changes.py", render("config/changes.py.j2", routes_changing), ids
    yield "tests/conftest.py", render("tests/root_conftest.py.j2", tested_with(plan)), ()
    if plan.channels:
        yield from channel_files(plan)
    yield "database/models/constraints.py", render("database/models/constraints.py.j2", constraints_view(plan)), ()
    yield from test_files(plan)


def _application(plan: Plan) -> dict[str, object]:
    shared = sharing(plan)
    return {
        "name": literal(application_name(plan).replace("_", "-")),
        "title": literal(known_name(plan)) if plan.identity else "",
        "owner": literal(f"{application_name(plan)}_owner"),
        "roles": literal(plan.identity.roles) if plan.identity else "",
        "limits": [(literal(name), literal(quota)) for name, quota in stated_limits(plan)],
        "methods": f"b{literal(shared.methods)}",
        "headers": f"b{literal(shared.headers)}",
        "exposed": f"b{literal(shared.exposed)}",
        "security": [(literal(route), literal(action)) for route, action in security_actions(plan)],
    }


def _measured(plan: Plan) -> dict[str, object]:
    listed = [{"constant": snake(each.key).upper(), "arguments": list(_arguments(each))} for each in metrics(plan)]
    return {"methods": literal(METHODS), "metrics": listed}


def _arguments(metric: Metric) -> Iterator[str]:
    yield from (literal(metric.name), literal(metric.help))
    if metric.labels:
        yield literal(metric.labels)
    if metric.buckets:
        yield f"buckets={literal(metric.buckets)}"


def _entity_files(plan: Plan, entity: Entity, served: list[str]) -> Iterator[Templated]:
    name, ids = list_name(entity), (entity.id,)
    model = model_view(schemas.body_schemas(plan, entity))
    if model:
        yield f"database/models/{name}.py", render("database/models/entity.py.j2", model), ids
    routed = routes_view(plan, entity)
    if routed:
        served.append(name)
        yield f"api/routes/{name}.py", render("api/routes/entity.py.j2", routed), ids
    if routed or entity.rule("read"):
        queries = collection_view(plan, entity)
        yield f"database/queries/{name}.py", render("database/queries/entity.py.j2", queries), ids


def _identity_files(plan: Plan) -> Iterator[Templated]:
    if plan.identity is None:
        return
    users = plan.entity(plan.identity.entity)
    view = model_view(schemas.registration_schemas(plan, users))
    yield "database/models/registration.py", render("database/models/entity.py.j2", view), (users.id,)
    queries = _upper((*identity_statements(plan), *limits.ATTEMPTS))
    yield "database/queries/identity.py", _statements(queries), (users.id,)
    lines = "\n".join(wrap(common_passwords(), _LINE))
    common = f'LISTED = """\n{lines}\n"""\n\nCOMMON_PASSWORDS = frozenset(LISTED.split())\n'
    yield "services/security/common_passwords.py", common, ()
    texts = [(string(mail.kind), string(mail.subject), string(mail.text), string(mail.page)) for mail in mails(plan)]
    yield "services/external/mail_texts.py", render("services/external/mail_texts.py.j2", texts), ()


def _outbox_files(plan: Plan) -> Iterator[Templated]:
    ids = tuple(event.id for event in plan.events)
    yield "database/queries/outbox.py", _statements(_upper(outbox.QUERIES)), ids
    events = [event.name for event in plan.events]
    yield _SUBSCRIBERS, render("services/events/subscribers.py.j2", events), ids


def _upper(queries: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name.upper(), text) for name, text in queries]


def _statements(queries: Iterable[tuple[str, str]]) -> str:
    return render("database/queries/statements.py.j2", [(name, string(text)) for name, text in queries])
