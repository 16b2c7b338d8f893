"""A Python project: the interpreter, uv, and an environment that nobody else's packages reach."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from backwright.chain.toolchain import (
    Launch,
    Packages,
    Runtime,
    ToolchainError,
    find_runtime,
    free_port,
    install_packages,
    run_command,
)

PACKAGES = Packages(("pyproject.toml", "uv.lock"), ".venv", ".venv/bin")
SYNC = [("uv", "sync", "--locked")]
PROJECT = """[project]
name = "demo"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = [{dependencies}]
"""


@pytest.fixture(scope="module")
def python() -> Runtime:
    return find_runtime("python", (3, 11))


def test_a_project_is_installed_once_and_again_when_its_lock_changes(python: Runtime, tmp_path: Path) -> None:
    project = _project(tmp_path / "a project", python)
    assert install_packages(project, PACKAGES, SYNC, python) is True
    assert install_packages(project, PACKAGES, SYNC, python) is False
    assert _answer(project, python, "import sys; print(sys.prefix)") == str(project / ".venv")
    # The programs of an environment name the path that they were made for.
    moved = project.rename(tmp_path / "moved")
    assert install_packages(moved, PACKAGES, SYNC, python) is True
    with (moved / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert install_packages(moved, PACKAGES, SYNC, python) is True


def test_packages_of_backwright_and_of_the_caller_are_not_seen(
    python: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    project = _project(tmp_path / "p", python)
    install_packages(project, PACKAGES, SYNC, python)
    program = "import importlib.util as i; print([n for n in ('backwright', 'psycopg', 'pytest') if i.find_spec(n)])"
    assert _answer(project, python, program) == "[]"


def test_a_lock_that_does_not_belong_to_the_project_is_quoted(python: Runtime, tmp_path: Path) -> None:
    project = _project(tmp_path / "p", python)
    (project / "pyproject.toml").write_text(PROJECT.format(dependencies='"demo-part @ file:///nowhere"'))
    with pytest.raises(ToolchainError, match="uv sync --locked") as failure:
        install_packages(project, PACKAGES, SYNC, python)
    assert failure.value.diagnostic.code == "toolchain/packages-not-installed"
    assert not (project / ".venv" / ".backwright-installed").exists()


def test_when_the_registry_is_out_of_reach_the_message_says_so(
    python: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{free_port()}/simple")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    project = _project(tmp_path / "p", python)
    (project / "pyproject.toml").write_text(PROJECT.format(dependencies='"part"'))
    with pytest.raises(ToolchainError) as failure:
        install_packages(project, PACKAGES, SYNC, python)
    assert failure.value.diagnostic.code == "toolchain/registry-unreachable"


def test_an_interpreter_that_is_too_old_or_a_runtime_that_nobody_knows_is_refused() -> None:
    for name, at_least, code in (("python", (9,), "toolchain/python-too-old"), ("x", (1,), "project/unknown-runtime")):
        with pytest.raises(ToolchainError) as failure:
            find_runtime(name, at_least)
        assert failure.value.diagnostic.code == code


def test_a_newer_interpreter_on_the_path_is_used_where_the_own_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = tmp_path / "python3.14"
    newer.write_text("#!/bin/sh\necho 3.98.0\n")
    newer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = find_runtime("python", (3, 98))
    assert found.settings["UV_PYTHON"] == str(newer)


def _project(folder: Path, python: Runtime) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT.format(dependencies=""))
    environment = python.environment() | {"UV_OFFLINE": "1"}
    done = run_command(Launch(python.command(("uv", "lock")), folder, environment))
    assert done.code == 0, done.output
    shutil.rmtree(folder / ".venv", ignore_errors=True)
    return folder


def _answer(project: Path, python: Runtime, program: str) -> str:
    launch = Launch(python.command(("python", "-c", program)), project, python.environment([project / ".venv/bin"]))
    return run_command(launch).output.strip()
