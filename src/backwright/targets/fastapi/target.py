"""The FastAPI backend: a pure function from a plan to files."""

from __future__ import annotations

from backwright.lowering.configuration import chosen, variables
from backwright.lowering.running.image import Image
from backwright.lowering.running.pipeline import Pipeline
from backwright.lowering.running.stack import Traits
from backwright.lowering.suites import load_suite
from backwright.plan.model import Plan
from backwright.render import File, FileSet, Owner
from backwright.targets.fastapi.formatting import formatted
from backwright.targets.fastapi.outline import fixed_files, own_files, templated_files
from backwright.targets.fastapi.pruning import pruned

__all__ = ["NAME", "TRAITS", "WORDS", "contract", "write"]

NAME = "fastapi"
# What people say when they mean it.
WORDS = ("fastapi", "python")
TRAITS = Traits(language="Python", microseconds=468, megabytes=66, packages=11)

_IMAGE = Image(
    base="docker.io/library/python:3.11.14-slim-bookworm",
    # The release that locks and installs projects elsewhere.
    tools=(("pip", "install", "--no-cache-dir", "uv==0.13.9"),),
    install=(("uv", "sync", "--frozen", "--no-dev"),),
    sources=("api", "config", "database", "services"),
    ships=(".venv", "api", "config", "database", "services"),
    environment=(("UV_LINK_MODE", "copy"), ("UV_PYTHON_DOWNLOADS", "never")),
    running=(("ENVIRONMENT", "production"), ("PATH", "/app/.venv/bin:$PATH"), ("PYTHONDONTWRITEBYTECODE", "1")),
    probe=(
        "python",
        "-c",
        (
            "import os, urllib.request; "
            "urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", {port})}{path}', timeout=4)"
        ),
    ),
)

_PIPELINE = Pipeline(
    tools=(("pipx", "install", "uv==0.13.9"),),
    runs=("uv", "run", "--frozen"),
    bill=("uv", "export", "--frozen", "--no-dev", "--format", "cyclonedx1.5"),
    advisories=("uv", "audit", "--frozen", "--no-dev"),
)


def write(plan: Plan) -> FileSet:
    """Everything that is FastAPI; the database folder and the contract come from their own targets."""
    templated = tuple(templated_files(plan))
    written = {path: content for path, content, _ in templated}
    ids = {path: elements for path, _, elements in templated}
    fixed = pruned(dict(fixed_files(plan)), written)
    assert not fixed.keys() & written.keys(), "a file of the project would replace one of the runtime"
    files, own = formatted({**fixed, **written}), own_files(plan)

    def owner(path: str) -> Owner:
        return "started for you" if path in own else "generated"

    return FileSet(tuple(File(path, content, ids.get(path, ()), owner(path)) for path, content in files.items()))


def contract(plan: Plan) -> dict[str, object]:
    """How the project is installed, checked, run and tested."""
    identity = {"TOKEN_SECRET": "{token_secret}", "DEMO_PASSWORD": "{demo_password}"} if plan.identity else {}
    return {
        "runtime": {"name": "python", "at_least": "3.11"},
        "packages": {"locks": ["pyproject.toml", "uv.lock"], "folder": ".venv", "programs": ".venv/bin"},
        "derived": [".venv", ".mypy_cache", ".ruff_cache"],
        "install": ["uv", "sync", "--frozen"],
        "build": [],
        "check": [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]],
        "migrate": ["python", "-m", "database.migrate", "up"],
        "rollback": ["python", "-m", "database.migrate", "down"],
        "seed": ["python", "-m", "database.seed"],
        "start": ["python", "-m", "api.main"],
        "test": ["python", "-m", "tests"],
        **({"performance": ["python", "-m", "pytest", "-s", "tests/performance/"]} if load_suite(plan) else {}),
        "stop": "SIGTERM",
        "env": {
            "ENVIRONMENT": "development",
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
            "needs": "Python 3.11 or newer, uv",
            "prefix": "uv run ",
            "ships": "`api/`, `config/`, `database/`, `services/`, `.venv/`",
            "environment": "ENVIRONMENT",
        },
        "variables": list(variables(plan, "ENVIRONMENT")),
        "image": _IMAGE.stated(),
        "pipeline": _PIPELINE.stated(),
    }
