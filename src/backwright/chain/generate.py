"""From a plan to a project folder: everything is rendered first, then written, and the manifest remembers what was."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import backwright.targets
from backwright.chain.contract import CONTRACT
from backwright.chain.manifest import MANIFEST, manifest_of
from backwright.chain.toolchain.failures import toolchain_error
from backwright.lowering.database import application_name
from backwright.lowering.running.stack import Traits
from backwright.lowering.seeds import seed_data
from backwright.plan.model import Plan
from backwright.render import File, FileSet
from backwright.targets.documentation.background import NOTHING_MORE, Background

__all__ = ["MANIFEST", "render_project", "stacks", "write_project"]

_SHARED = ("postgres", "contracts")


def stacks() -> tuple[str, ...]:
    """The stacks that are installed: target packages that declare a run contract."""
    names = sorted(module.name for module in iter_modules(backwright.targets.__path__) if module.ispkg)
    return tuple(name for name in names if hasattr(import_module(f"backwright.targets.{name}.target"), "contract"))


def render_project(plan: Plan, stack: str, blueprint: str, background: Background = NOTHING_MORE) -> tuple[File, ...]:
    """Every file of the project, in the order of their paths."""
    from backwright.chain.decisions import decision_pages
    from backwright.chain.technology import scores

    targets = [_target(name) for name in (*_SHARED, stack)]
    files = FileSet()
    for target in targets:
        for file in target.write(plan):
            files.add(file)
    files.add(File("blueprint.yaml", blueprint, owner="yours"))
    contract = {"stack": stack, "application": application_name(plan)} | targets[-1].contract(plan)
    for file in _target("documentation").write(plan, contract, replace(background, scores=scores(plan, _traits()))):
        files.add(file)
    for file in _target("infrastructure").write(plan, contract):
        files.add(file)
    for file in decision_pages(plan):
        files.add(file)
    contract["logins"] = [{"role": role, "login": login} for role, login in seed_data(plan).demo_logins]
    files.add(File(CONTRACT, json.dumps(contract, indent=2) + "\n"))
    files.add(File(MANIFEST, manifest_of(files, blueprint, background.because).text()))
    return tuple(files)


def _traits() -> dict[str, Traits]:
    """Of the stacks that say something of themselves."""
    targets = ((name, _target(name)) for name in stacks())
    return {name: target.TRAITS for name, target in targets if hasattr(target, "TRAITS")}


def _target(name: str) -> ModuleType:
    return import_module(f"backwright.targets.{name}.target")


def write_project(files: tuple[File, ...], out: Path) -> None:
    """Writes all files or none; the folder must be missing or empty."""
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise toolchain_error(
                "project/not-empty",
                f"'{out}' is there already and not empty",
                "Choose another folder with --out, or remove this one.",
            )
        # An empty folder may be where the caller stands, or a mount: it is filled, not replaced.
        place = out if out.exists() else out.parent
        place.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{out.name or 'backend'}-", dir=place))
    except OSError as error:
        raise toolchain_error(
            "project/not-writable", f"'{out}' cannot be written: {error.strerror}", "Choose another folder."
        ) from error
    try:
        for file in files:
            path = half / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content, encoding="utf-8", newline="\n")
        if place == out:
            _move_up(half, out)
        else:
            half.chmod(0o755)
            os.replace(half, out)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise toolchain_error(
            "project/not-writable", f"'{out}' cannot be written: {error.strerror}", "Choose another folder."
        ) from error
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _move_up(half: Path, out: Path) -> None:
    moved = []
    try:
        for part in sorted(half.iterdir()):
            moved.append(out / part.name)
            os.replace(part, moved[-1])
        half.rmdir()
    except BaseException:
        for path in moved:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise
