"""The table of contents of an Express backend: which file, from which template, once per what, and when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

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
from backwright.lowering.running.metrics import METHODS, metrics
from backwright.lowering.running.security import security_actions
from backwright.lowering.suites import load_suite
from backwright.lowering.wire.origins import sharing
from backwright.lowering.wire.routes import routes
from backwright.lowering.wire.shapes import PASSWORD, registration_fields
from backwright.plan.indexes import called, emits
from backwright.plan.model import Entity, Plan
from backwright.targets.express import text, zod
from backwright.targets.express.channels import channel_files
from backwright.targets.express.jobs import job_queries, schedule
from backwright.targets.express.names import file_name, word
from backwright.targets.express.packages import without
from backwright.targets.express.ports import adapter_path, port_files
from backwright.targets.express.render import render
from backwright.targets.express.tests import test_files
from backwright.targets.express.views import (
    collection_view,
    constraints_view,
    includes_view,
    model_view,
    routes_view,
    service_views,
)

__all__ = ["fixed_files", "own_files", "templated_files"]

_SUBSCRIBERS = "services/events/subscribers.ts"

_IDENTITY = (
    "api/controllers/me.ts",
    "api/middleware/authentication.ts",
    "api/routes/sandbox.ts",
    "config/identity.ts",
    "config/mail.ts",
    "services/external/delivery.ts",
    "services/external/mail.ts",
    "services/external/mailbox.ts",
    "services/security/accounts.ts",
    "services/security/identity.ts",
    "services/security/cleaning.ts",
    "services/security/guessable.ts",
    "services/security/keys.ts",
    "services/security/one-time-tokens.ts",
    "services/security/remembered.ts",
    "services/security/tokens.ts",
    "tests/unit/tokens.test.ts",
    "api/routes/identity.ts",
    "services/security/argon2.ts",
    "services/security/attempts.ts",
    "services/security/sessions.ts",
    "services/security/passwords.ts",
    "tests/integration/server/attempts.test.ts",
    "tests/unit/passwords.test.ts",
    "tests/support/accounts.ts",
    "tests/support/sessions.ts",
    "tests/support/smtp.ts",
    "tests/integration/server/cleaning.test.ts",
    "tests/integration/server/keys.test.ts",
    "tests/e2e/mail.test.ts",
    "tests/integration/server/recovery.test.ts",
    "tests/integration/server/security-log.test.ts",
    "tests/integration/server/sessions.test.ts",
    "tests/unit/guessable.test.ts",
    "tests/unit/one-time-tokens.test.ts",
    "tests/integration/server/identity.test.ts",
    "tests/integration/server/revocation.test.ts",
    "tests/integration/server/secrets.test.ts",
)
_IDENTITY_PACKAGES = ("@node-rs/argon2", "nodemailer", "@types/nodemailer")
_RETIRING = ("api/middleware/retiring.ts",)
_ROUTINES = ("api/controllers/operation.ts", "services/business/perform.ts")
_IDEMPOTENT = (
    "api/controllers/idempotent.ts",
    "services/data/idempotency.ts",
)
_EMITTING = (
    "config/outbox.ts",
    "services/events/dispatcher.ts",
    "tests/integration/server/outbox.test.ts",
    "tests/support/outbox.ts",
)
_LISTENING = (
    "api/routes/socket-ticket.ts",
    "api/socket/handshake.ts",
    "api/socket/messages.ts",
    "api/socket/peer.ts",
    "config/sockets.ts",
    "services/realtime/addresses.ts",
    "services/realtime/hub.ts",
    "services/realtime/outbox.ts",
    "services/realtime/tickets.ts",
    "tests/integration/server/sockets.test.ts",
    "tests/support/channels.ts",
)
_LISTENING_PACKAGES = ("ws", "@types/ws")

_CALLING = (
    "config/calls.ts",
    "services/external/caller.ts",
    "tests/integration/server/calls.test.ts",
)
_WORKING = (
    "config/jobs.ts",
    "services/jobs/runner.ts",
    "tests/integration/server/jobs.test.ts",
)
_NOTIFIED = ("services/data/listener.ts", "services/data/worker.ts")
_KEEPING = (
    "api/controllers/kept.ts",
    "api/middleware/changes.ts",
    "config/cache.ts",
    "services/data/cache.ts",
    "services/data/changes.ts",
    "tests/unit/cache.test.ts",
)
_LOADED = ("tests/support/load.ts",)
_LOADED_SCRIPT = "test:performance"

Templated = tuple[str, str, tuple[str, ...]]


@cache
def _runtime() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_walk(files(__package__) / "runtime", "")))


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in ("node_modules", "dist"):
                yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")


def own_files(plan: Plan) -> frozenset[str]:
    """The application's own: what it does about its events, and its ways to outside systems."""
    return frozenset((_SUBSCRIBERS, *(adapter_path(port) for port, _ in called(plan))))


def fixed_files(plan: Plan) -> Iterator[tuple[str, str]]:
    """The runtime as it is, without what this plan has no use for; only the package is named after the application."""
    unused: tuple[str, ...] = ("services/business/decimal.ts",)
    if plan.identity is None:
        unused += _IDENTITY
    if not any(route.retirement for route in routes(plan)):
        unused += _RETIRING
    if not routines(plan):
        unused += _ROUTINES
    if not _is_idempotent(plan):
        unused += _IDEMPOTENT
    if not emits(plan):
        unused += _EMITTING
    if not called(plan):
        unused += _CALLING
    if not plan.jobs:
        unused += _WORKING
    if not emits(plan) and not called(plan):
        unused += _NOTIFIED
    if not plan.channels:
        unused += _LISTENING
    if not cached(plan):
        unused += _KEEPING
    if not load_suite(plan):
        unused += _LOADED
    for path, content in _runtime():
        if path not in unused:
            yield path, _named(plan, path, content)


def _is_idempotent(plan: Plan) -> bool:
    return any(operation.idempotent for operation in plan.operations)


def _named(plan: Plan, path: str, content: str) -> str:
    if path not in ("package.json", "package-lock.json"):
        return content
    document = json.loads(content)
    spare = () if plan.identity else _IDENTITY_PACKAGES
    for package in (*spare, *(() if plan.channels else _LISTENING_PACKAGES)):
        document = without(document, package)
    document["name"] = application_name(plan).replace("_", "-")
    if "scripts" in document and not load_suite(plan):
        del document["scripts"][_LOADED_SCRIPT]
    if "packages" in document:
        document["packages"][""]["name"] = document["name"]
    return json.dumps(document, indent=2) + "\n"


def templated_files(plan: Plan) -> Iterator[Templated]:
    """One file per entity and layer, where the layer has something to say about it."""
    yield "config/application.ts", render("config/application.ts.j2", _application(plan)), ()
    yield "config/metrics.ts", render("config/metrics.ts.j2", _measured(plan)), ()
    yield (
        "database/seed.ts",
        render("database/seed.ts.j2", {"accounts": plan.identity is not None, "circular": bool(late_references(plan))}),
        (),
    )
    does = {"emits": emits(plan), "calls": bool(called(plan)), "jobs": bool(plan.jobs)}
    does |= {"channels": bool(plan.channels), "caches": bool(cached(plan))}
    view = {"identity": plan.identity is not None, **does}
    yield "api/application.ts", render("api/application.ts.j2", view), ()
    yield "api/main.ts", render("api/main.ts.j2", view), ()
    served: list[tuple[str, str]] = [("identityRoutes", "identity")] if plan.identity else []
    served += [("socketTicketRoutes", "socket-ticket")] if plan.channels else []
    for entity in plan.entities:
        yield from _entity_files(plan, entity, served)
    included = includes_view(plan)
    if included:
        yield "database/queries/includes.ts", render("database/queries/includes.ts.j2", included), ()
    operations = routes_view(plan, None)
    if operations:
        served.append((operations.constant, "operations"))
        yield "api/routes/operations.ts", render("api/routes/entity.ts.j2", operations), ()
    index = {"imports": sorted(served, key=lambda each: text.natural(each[1])), "served": served}
    yield "api/routes/index.ts", render("api/routes/index.ts.j2", index), ()
    for service in service_views(plan):
        yield service.path, render("services/business/routine.ts.j2", service), service.ids
    yield from _identity_files(plan)
    if _is_idempotent(plan):
        queries = (("lock", idempotency.LOCK), ("stored", idempotency.STORED), ("store", idempotency.STORE))
        yield "database/queries/idempotency.ts", _statements("idempotencyQueries", queries), ()
    counting = (("lease", limits.LEASE), ("sweep", limits.SWEEP), ("leaseScript", limits.LEASE_SCRIPT))
    yield "database/queries/limits.ts", _statements("limitQueries", counting), ()
    if emits(plan):
        yield from _outbox_files(plan)
    if called(plan):
        yield "database/queries/calls.ts", _statements("callQueries", calls.QUERIES), ()
        yield from port_files(plan)
    if plan.jobs:
        ids = tuple(job.id for job in plan.jobs)
        yield "database/queries/jobs.ts", _statements("jobQueries", job_queries(plan)), ids
        yield "services/jobs/schedule.ts", schedule(plan), ids
    if cached(plan):
        ids = tuple(entity.id for entity in cached(plan))
        yield "config/changes.ts", render("config/changes.ts.j2", changes(plan)), ids
    yield "tests/support/environment.ts", render("tests/support/environment.ts.j2", tested_with(plan)), ()
    if plan.channels:
        yield from channel_files(plan)
    yield "database/models/constraints.ts", render("database/models/constraints.ts.j2", constraints_view(plan)), ()
    yield from test_files(plan)


def _application(plan: Plan) -> dict[str, object]:
    return {
        "name": application_name(plan).replace("_", "-"),
        "title": text.string(known_name(plan)) if plan.identity else "",
        "owner": f"{application_name(plan)}_owner",
        "roles": plan.identity.roles if plan.identity else (),
        "limits": stated_limits(plan),
        "sharing": sharing(plan),
        "security": security_actions(plan),
    }


def _measured(plan: Plan) -> dict[str, object]:
    return {"methods": METHODS, "metrics": [asdict(each) for each in metrics(plan)]}


def _entity_files(plan: Plan, entity: Entity, served: list[tuple[str, str]]) -> Iterator[Templated]:
    ids = (entity.id,)
    model = model_view(plan, entity)
    if model:
        yield f"database/models/{file_name(entity)}.ts", render("database/models/entity.ts.j2", model), ids
    routed = routes_view(plan, entity)
    if routed:
        served.append((routed.constant, file_name(entity)))
        yield f"api/routes/{file_name(entity)}.ts", render("api/routes/entity.ts.j2", routed), ids
    if routed or entity.rule("read"):
        queries = collection_view(plan, entity)
        yield f"database/queries/{file_name(entity)}.ts", render("database/queries/entity.ts.j2", queries), ids


def _identity_files(plan: Plan) -> Iterator[Templated]:
    if plan.identity is None:
        return
    users = plan.entity(plan.identity.entity)
    members = [f"{zod.member(field)}: {zod.created(field)}," for field in registration_fields(plan, users)]
    password = zod.zod(PASSWORD)
    lines = [
        "import { z } from 'zod';",
        text.import_line(zod.imports("\n".join((*members, password))), "./fields.js"),
    ]
    view = {"imports": lines, "members": members, "password": password}
    yield "database/models/registration.ts", render("database/models/registration.ts.j2", view), (users.id,)
    queries = [(word(name), statement) for name, statement in (*identity_statements(plan), *limits.ATTEMPTS)]
    yield "database/queries/identity.ts", _statements("identityQueries", queries), (users.id,)
    common = f"export const commonPasswords: ReadonlySet<string> = new Set(\n  '{common_passwords()}'.split(' '),\n);\n"
    yield "services/security/common-passwords.ts", common, ()
    yield "services/external/mail-texts.ts", render("services/external/mail-texts.ts.j2", {"mails": _mails(plan)}), ()


def _mails(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "kind": mail.kind,
            "subject": text.string(mail.subject),
            "text": text.template(mail.text),
            "page": text.string(mail.page),
        }
        for mail in mails(plan)
    ]


def _outbox_files(plan: Plan) -> Iterator[Templated]:
    ids = tuple(event.id for event in plan.events)
    yield "database/queries/outbox.ts", _statements("outboxQueries", outbox.QUERIES), ids
    events = [event.name for event in plan.events]
    yield _SUBSCRIBERS, render("services/events/subscribers.ts.j2", events), ids


def _statements(constant: str, named: Iterable[tuple[str, str]]) -> str:
    view = {"constant": constant, "statements": [(name, text.template(statement)) for name, statement in named]}
    return render("database/queries/statements.ts.j2", view)
