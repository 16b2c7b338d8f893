"""`make plain`: how many different failures the gate `security` finds, by hand and generated."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem, Secrets
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.diagnostics.evidence import GateResult
from backwright.gates.security.gate import SecurityGate
from tests.targets.regenerate import compiled

HERE = Path(__file__).parent
BLUEPRINT = HERE / "blueprint.yaml"
# They look at a project's files and settings, which the plain one has from the generated one.
GATE = SecurityGate(groups=SecurityGate().groups - {"files", "startup"})
UNLISTED = re.compile(r"(\d+) (gate/[\w-]+)")


def main() -> int:
    """0 where the generated one has none."""
    with tempfile.TemporaryDirectory() as folder, start_postgres(Path(folder) / "data") as postgres:
        # Both have roles of one name on that cluster, and a role has one password.
        secrets = Secrets.random()
        generated = GATE.run(prepared(postgres, Path(folder) / "generated", secrets))
        plain = GATE.run(by_hand(prepared(postgres, Path(folder) / "plain", secrets)))
    found, ours = failures(plain), failures(generated)
    sys.stdout.write(f"{'different failures':26}{'by hand':>10}{'generated':>12}\n")
    for code in sorted(found | ours):
        sys.stdout.write(f"{code:26}{found[code]:>10}{ours[code]:>12}\n")
    sys.stdout.write(f"{'of hostile requests':26}{plain.count:>10}{generated.count:>12}\n\n")
    sys.stdout.writelines(f"{each.code}: {each.message.partition(chr(10))[0]}\n" for each in plain.failures)
    return int(generated.status != "passed")


def prepared(postgres: PostgresServer, folder: Path, secrets: Secrets) -> ProjectSystem:
    """The project of the blueprint, installed and built."""
    plan, text = compiled(BLUEPRINT), BLUEPRINT.read_text(encoding="utf-8")
    write_project(render_project(plan, "express", text), folder)
    system = ProjectSystem(folder, plan, postgres, folder.with_suffix(".logs"), secrets)
    system.install()
    system.expect("build")
    return system


def by_hand(system: ProjectSystem) -> ProjectSystem:
    """The same database and packages with the hand-written server."""
    shutil.copy(HERE / "app.js", system.folder / "app.js")
    contract = system.folder / ".backwright" / "run.json"
    contract.write_text(json.dumps({**system.contract, "start": ["node", "app.js"]}), encoding="utf-8")
    return ProjectSystem(system.folder, system.plan, system.postgres, system.scratch, system.secrets)


def failures(result: GateResult) -> Counter[str]:
    """How many there are of each code, also of those that are not listed."""
    counts: Counter[str] = Counter()
    for each in result.failures:
        if each.code == "gate/more-failures":
            counts.update({code: int(number) for number, code in UNLISTED.findall(each.message)})
        else:
            counts[each.code] += 1
    return counts


if __name__ == "__main__":
    sys.exit(main())
