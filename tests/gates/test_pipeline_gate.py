"""The gate `infrastructure` catches what is planted in workflows and scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.findings import Findings
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.workflows import scripts, workflows
from backwright.gates.machine import available
from tests.gates.copies import Edit, copy_of, said

CODE = "gate/infrastructure-pipeline"
VERIFY, DEPLOY = ".github/workflows/verify.yaml", ".github/workflows/deploy.yaml"
SCRIPT = "infrastructure/ci-cd/rehearse.sh"
READ = "    permissions:\n      contents: read\n    steps:\n"

DEFECTS: dict[str, tuple[str, Edit]] = {
    "an expression in a script": (
        "pasted into a script",
        (DEPLOY, 'sh infrastructure/ci-cd/deploy.sh "$IMAGE"', "sh infrastructure/ci-cd/deploy.sh ${{ inputs.image }}"),
    ),
    "rights for every job": ("rights to every job", (VERIFY, "permissions: {}", "permissions: write-all")),
    "every right for a job": (
        "not listed one by one",
        (DEPLOY, READ, "    permissions: write-all\n    steps:\n"),
    ),
    "an action by its tag": (
        "may change under its name",
        (DEPLOY, "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "actions/checkout@v5"),
    ),
    "a job without end": ("run for ever", (DEPLOY, "    timeout-minutes: 45\n", "")),
    "a script that is not there": ("rehears.sh is not there", (VERIFY, "rehearse]", "rehears]")),
    "a script that goes on": ("goes on after", (SCRIPT, "set -eu\n", "")),
    "a script that cannot be read": ("cannot be read", ("infrastructure/ci-cd/install.sh", "npm ci\n", "npm ci )\n")),
}
FOR_TOOLS: dict[str, tuple[str, Edit]] = {
    "zizmor": ("dangerous-triggers", (VERIFY, "  pull_request:\n", "  pull_request_target:\n")),
    "shellcheck": ("SC2086", ("infrastructure/ci-cd/image.sh", 'push "$1"', "push $1")),
    "actionlint": ("inputs", (DEPLOY, "IMAGE: ${{ inputs.image }}", "IMAGE: ${{ inputs.picture }}")),
}


def _found(system: ProjectSystem) -> Work:
    work = Work(system, Findings("infrastructure", "checks"))
    workflows(work)
    scripts(work)
    return work


def test_the_shop_passes(shop: ProjectSystem) -> None:
    work = _found(shop)
    result = work.findings.result(work.reason())
    assert result.failures == ()
    assert result.count > 60


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_caught(defect: str, shop: ProjectSystem, tmp_path: Path) -> None:
    words, edit = DEFECTS[defect]
    found = _found(copy_of(shop, tmp_path, [edit])).findings.result()
    assert words in said(found, CODE), found.failures


@pytest.mark.parametrize("tool", FOR_TOOLS)
def test_what_a_tool_alone_knows_is_caught(tool: str, shop: ProjectSystem, tmp_path: Path) -> None:
    if not available(tool):
        pytest.skip(f"{tool} is not on the PATH")
    words, edit = FOR_TOOLS[tool]
    found = _found(copy_of(shop, tmp_path, [edit])).findings.result()
    assert f"{tool}:" in said(found, CODE)
    assert words in said(found, CODE)
