"""Requirements that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.blueprint.suggestion import nearest
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.requirements import ACCEPTED
from backwright.plan.model import Requirement

__all__ = ["RULE"]

_READ = ("load.users", "load.rps", "load.p95", "availability", "compliance", "stack", "stack.name", "stack.because")
_SECTIONS = ("limits", "team", ACCEPTED)


def _check(case: Case) -> Iterator[Found]:
    unread: dict[str, list[Requirement]] = {}
    for each in case.plan.requirements:
        section = each.path.partition(".")[0]
        if each.path not in _READ and section not in _SECTIONS:
            known = any(path.partition(".")[0] == section for path in _READ)
            unread.setdefault(each.path if known else section, []).append(each)
    for name, group in unread.items():
        said = ", ".join(f"'{each.path}: {each.value}'" for each in group)
        yield Found(
            name,
            group[0].origin,
            f"{said} {'is' if len(group) == 1 else 'are'} recorded, but nothing in Backwright reads it: no gate holds "
            "the backend to it",
            nearest(name, _READ) or "Keep it for people, and accept this finding with who looks after it.",
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  backups: {every: 24h, kept: 30d}
"""

RULE = Rule(
    name="devops/unread-requirement",
    severity="note",
    summary="A requirement is recorded that nothing reads.",
    explanation="Requirements are recorded whatever they say, and only some are acted upon: load, limits, "
    "availability, compliance, stack, team. The others are wishes to whoever runs the backend; somebody has to know "
    "that.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("  backups: {every: 24h, kept: 30d}\n", "  availability: 99.9%\n")),
)
