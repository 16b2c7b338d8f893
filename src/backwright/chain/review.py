"""What the expert panel says about a blueprint, or about a project with the evidence that its gates left."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backwright.chain.create import from_blueprint
from backwright.chain.evidence.entries import Failure, Gate, gates_of
from backwright.chain.fingerprint import fingerprint
from backwright.chain.installed import gate_names
from backwright.chain.project import Project, open_project
from backwright.chain.report import entries_of, read_report
from backwright.chain.toolchain.failures import toolchain_error
from backwright.diagnostics import Diagnostic, Origin, to_json
from backwright.diagnostics.evidence import GateResult, GateStatus
from backwright.experts.model import Case, Decision, Evidence, Finding, Rule
from backwright.experts.panel import decisions, review, rules, seats

__all__ = ["Reviewed", "explained_rule", "review_path", "reviewed_json"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Findings and decisions; `problems` are acceptances that accept nothing, `sources` the texts by file."""

    findings: tuple[Finding, ...]
    problems: tuple[Diagnostic, ...]
    decisions: tuple[Decision, ...]
    sources: dict[str, str]

    @property
    def failed(self) -> bool:
        """Whether something of the highest severity was found that nobody accepts."""
        return any(each.rule.severity == "error" and each.accepted is None for each in self.findings)


def review_path(path: Path, chosen: Sequence[str]) -> Reviewed:
    """Reviews a blueprint, or the project in a folder; ToolchainError or Invalid where it cannot be read."""
    for name in chosen:
        if name not in seats():
            raise _unknown("review/unknown-seat", f"there is no seat '{name}'", name, seats())
    if path.is_dir():
        project = open_project(path)
        case, source = Case(project.plan, evidence_of(project)), {str(path / "blueprint.yaml"): project.blueprint}
    else:
        read = from_blueprint(path)
        case, source = Case(read.plan), {str(path): read.blueprint}
    found = review(case, chosen)
    heard = [each for each in decisions(case) if not chosen or each.seat in chosen]
    return Reviewed(found.findings, found.problems, tuple(heard), source)


def evidence_of(project: Project) -> Evidence:
    """What `verification.json` says, and whether it speaks of the files that are there now."""
    document = read_report(project.folder)
    entries = entries_of(document)
    gates = tuple(_result(project, gate) for gate in gates_of({"gates": list(entries)}))
    known = {gate.name for gate in gates}
    same = document.get("blueprint_digest") == hashlib.sha256(project.blueprint.encode()).hexdigest()
    same = same and document.get("content_digest") == fingerprint(project.folder, project.contract.derived)
    return Evidence(gates, tuple(name for name in gate_names() if name not in known), same)


def _result(project: Project, gate: Gate) -> GateResult:
    statuses: dict[str, GateStatus] = {"passed": "passed", "failed": "failed"}
    return GateResult(
        name=gate.name,
        status=statuses.get(gate.status, "not_run"),
        count=gate.count,
        unit=gate.unit,
        failures=tuple(_failure(project, each) for each in gate.failures),
        reason=gate.reason,
        seconds=gate.seconds,
        tool=gate.tool,
    )


def _failure(project: Project, each: Failure) -> Diagnostic:
    """The same, with a place that is in this project's blueprint whoever called the gate from where."""
    file = str(project.folder / "blueprint.yaml") if Path(each.file).name == "blueprint.yaml" else each.file
    return Diagnostic(each.code, each.message, Origin(file, each.line, each.column), each.help)


def explained_rule(name: str) -> Rule:
    """The rule of that name; ToolchainError where there is none."""
    found = next((rule for rule in rules() if rule.name == name), None)
    if found is None:
        known = [rule.name for rule in rules()]
        raise _unknown("review/unknown-rule", f"there is no rule '{name}'", name, known)
    return found


def _unknown(code: str, reason: str, name: str, known: Sequence[str]) -> Exception:
    near = difflib.get_close_matches(name, known, 1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    listed = f"The seats are {', '.join(known)}." if code == "review/unknown-seat" else "`review --explain` lists them."
    return toolchain_error(code, reason, f"{meant}{listed}")


def reviewed_json(reviewed: Reviewed) -> dict[str, object]:
    """The document that `review --json` prints."""
    return {
        "findings": [
            {
                "seat": each.rule.seat,
                **to_json(each.diagnostic),
                "element": each.found.element,
                "edit": each.found.edit,
                "accepted": each.accepted,
            }
            for each in reviewed.findings
        ],
        "problems": [to_json(each) for each in reviewed.problems],
        "decisions": [
            {
                "seat": each.seat,
                "slug": each.slug,
                "title": each.title,
                "decided": each.decided,
                "reason": each.reason,
                "alternatives": [{"name": other.name, "against": other.against} for other in each.alternatives],
                "consequences": each.consequences,
            }
            for each in reviewed.decisions
        ],
    }
