"""The Express backend: a pure function from a plan to files."""

from __future__ import annotations

from backwright.lowering.configuration import chosen, variables
from backwright.lowering.running.image import Image
from backwright.lowering.running.pipeline import Pipeline
from backwright.lowering.running.stack import Traits
from backwright.lowering.suites import load_suite
from backwright.plan.model import Plan
from backwright.render import File, FileSet, Owner
from backwright.targets.express.layout import wrapped
from backwright.targets.express.outline import fixed_files, own_files, templated_files
from backwright.targets.express.pruning import pruned
from backwright.targets.express.tests import unused_tests

__all__ = ["NAME", "TRAITS", "WORDS", "contract", "write"]

NAME = "express"
# What people say when they mean it.
WORDS = ("express", "node", "nodejs", "javascript", "typescript")
TRAITS = Traits(language="TypeScript", microseconds=291, megabytes=102, packages=8)

_IMAGE = Image(
    # The release that gates run projects on.
    base="docker.io/library/node:24.19.0-bookworm-slim",
    install=(("npm", "ci"),),
    build=(("npm", "run", "build"), ("npm", "prune", "--omit=dev")),
    sources=("tsconfig.json", "api", "config", "database", "services"),
    ships=("package.json", "node_modules", "dist", "config", "database"),
    running=(("NODE_ENV", "production"),),
    probe=(
        "node",
        "-e",
        (
            "fetch(`http://127.0.0.1:${process.env.PORT ?? {port}}{path}`)"
            ".then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
        ),
    ),
)

_PIPELINE = Pipeline(
    # The digest is that of v6.0.0.
    action="actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903",
    inputs=(("node-version", "24.19.0"), ("package-manager-cache", "false")),
    bill=("npm", "sbom", "--sbom-format", "cyclonedx", "--omit", "dev"),
    advisories=("npm", "audit", "--omit", "dev", "--audit-level", "high"),
)


def write(plan: Plan) -> FileSet:
    """Everything that is Express; the database folder and the contract come from their own targets."""
    files, own = FileSet(), own_files(plan)
    templated = tuple(templated_files(plan))
    written = {path: content for path, content, _ in templated}
    spare = unused_tests(written)
    fixed = {path: content for path, content in fixed_files(plan) if path not in spare}
    for path, content in pruned(fixed, written).items():
        files.add(File(path, content))
    for path, content, ids in templated:
        owner: Owner = "started for you" if path in own else "generated"
        files.add(File(path, wrapped(content) if path.endswith(".ts") else content, ids, owner))
    return files


def contract(plan: Plan) -> dict[str, object]:
    """How the project is installed, checked, run and tested."""
    identity = {"TOKEN_SECRET": "{token_secret}", "DEMO_PASSWORD": "{demo_password}"} if plan.identity else {}
    return {
        "runtime": {"name": "node", "at_least": "22.21"},
        "packages": {
            "locks": ["package.json", "package-lock.json"],
            "folder": "node_modules",
            "programs": "node_modules/.bin",
        },
        "derived": ["node_modules", "dist"],
        "install": ["npm", "ci"],
        "build": ["npm", "run", "build"],
        "check": ["npm", "run", "check"],
        "migrate": ["node", "dist/database/migrate.js", "up"],
        "rollback": ["node", "dist/database/migrate.js", "down"],
        "seed": ["node", "dist/database/seed.js"],
        "start": ["node", "dist/api/main.js"],
        "test": ["npm", "test"],
        **({"performance": ["npm", "run", "test:performance"]} if load_suite(plan) else {}),
        "stop": "SIGTERM",
        "env": {
            "NODE_ENV": "development",
            "HOST": "127.0.0.1",
            "PORT": "{port}",
            "DATABASE_URL": "{application_url}",
            "DATABASE_MIGRATION_URL": "{migration_url}",
            **identity,
            **chosen(plan),
        },
        "live": "/livez",
        "health": "/readyz",
        "openapi": "api/documentation/openapi.json",
        "asyncapi": "api/documentation/asyncapi.json" if plan.channels else None,
        "manual": {
            "needs": "Node 22.21 or newer",
            "prefix": "",
            "ships": "`dist/`, `config/`, `node_modules/` and `package.json`",
            "environment": "NODE_ENV",
        },
        "variables": list(variables(plan, "NODE_ENV")),
        "image": _IMAGE.stated(),
        "pipeline": _PIPELINE.stated(),
    }
