"""From a plan to a project folder: everything is rendered first, then written, and the manifest remembers what was."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import backwright.targets
from backwright.chain.contract import CONTRACT
from backwright.chain.toolchain.failures import toolchain_error
from backwright.lowering.database import application_name
from backwright.lowering.seeds import seed_data
from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.documentation import target as documentation

__all__ = ["MANIFEST", "render_project", "stacks", "write_project"]

MANIFEST = ".backwright/manifest.json"
_SHARED = ("postgres", "contracts")


def stacks() -> tuple[str, ...]:
    """The stacks that are installed: target packages that declare a run contract."""
    names = sorted(module.name for module in iter_modules(backwright.targets.__path__) if module.ispkg)
    return tuple(name for name in names if hasattr(import_module(f"backwright.targets.{name}.target"), "contract"))


def render_project(plan: Plan, stack: str, blueprint: str) -> tuple[File, ...]:
    """Every file of the project, in the order of their paths."""
    targets = [import_module(f"backwright.targets.{name}.target") for name in (*_SHARED, stack)]
    files = FileSet()
    for target in targets:
        for file in target.write(plan):
            files.add(file)
    files.add(File("blueprint.yaml", blueprint, owner="yours"))
    contract = {"stack": stack, "application": application_name(plan)} | targets[-1].contract(plan)
    for file in documentation.write(plan, contract):
        files.add(file)
    contract["logins"] = [{"role": role, "login": login} for role, login in seed_data(plan).demo_logins]
    files.add(File(CONTRACT, json.dumps(contract, indent=2) + "\n"))
    files.add(File(MANIFEST, _manifest(tuple(files))))
    return tuple(files)


def _manifest(files: tuple[File, ...]) -> str:
    entries = {file.path: {"digest": file.digest, "owner": file.owner, "elements": list(file.ids)} for file in files}
    return json.dumps({"version": 1, "files": entries}, indent=2) + "\n"


def write_project(files: tuple[File, ...], out: Path) -> None:
    """Writes all files or none; the folder must be missing or empty."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise toolchain_error(
            "project/not-empty",
            f"'{out}' is there already and not empty",
            "Choose another folder with --out, or remove this one.",
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise toolchain_error(
            "project/not-writable", f"'{out.parent}' cannot be written: {error.strerror}", "Choose another folder."
        ) from error
    try:
        for file in files:
            path = half / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8", newline="\n")
        half.chmod(0o755)
        if out.exists():
            out.rmdir()
        os.replace(half, out)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
