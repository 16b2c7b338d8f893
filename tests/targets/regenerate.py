"""Writes the golden trees of the shop: every file that depends on the model, on Express, and where FastAPI differs."""

from __future__ import annotations

import shutil
from pathlib import Path

from backwright.chain.generate import render_project, stacks
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.render import File

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "targets" / "golden"
SHOP = ROOT / "examples" / "shop" / "blueprint.yaml"


def compiled(path: Path) -> Plan:
    """The plan of a blueprint without mistakes."""
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    return plan


def rendered(path: Path, stack: str = "express") -> tuple[File, ...]:
    """The project of a blueprint."""
    return render_project(compiled(path), stack, path.read_text(encoding="utf-8"))


def golden_files(stack: str) -> dict[str, str]:
    """By path; the fixed runtime, bulk data and what another stack shows already are left out."""
    runtime = ROOT / "src" / "backwright" / "targets" / stack / "runtime"
    shown = {} if stack == "express" else golden_files("express")
    return {
        file.path: file.content
        for file in rendered(SHOP, stack)
        if not (runtime / file.path).exists()
        and not file.path.startswith((".backwright/", "database/seeds/", "blueprint.yaml", "services/security/common"))
        and shown.get(file.path) != file.content
    }


if __name__ == "__main__":
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for stack in stacks():
        for path, content in golden_files(stack).items():
            target = GOLDEN / stack / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
