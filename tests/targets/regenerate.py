"""Writes the golden tree of the shop: every file that depends on the model."""

from __future__ import annotations

import shutil
from pathlib import Path

from backwright.chain.generate import render_project
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.render import File

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "targets" / "golden"
RUNTIME = ROOT / "src" / "backwright" / "targets" / "express" / "runtime"


def compiled(path: Path) -> Plan:
    """The plan of a blueprint without mistakes."""
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    return plan


def rendered(path: Path, stack: str = "express") -> tuple[File, ...]:
    """The project of a blueprint."""
    return render_project(compiled(path), stack, path.read_text(encoding="utf-8"))


def is_golden(file: File) -> bool:
    """The fixed runtime and bulk data are left out."""
    fixed = (RUNTIME / file.path).exists()
    return not fixed and not file.path.startswith((".backwright/", "database/seeds/", "blueprint.yaml"))


if __name__ == "__main__":
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for each in rendered(ROOT / "examples" / "shop" / "blueprint.yaml"):
        if is_golden(each):
            target = GOLDEN / each.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(each.content, encoding="utf-8")
