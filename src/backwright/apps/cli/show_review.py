"""What `review` prints for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent

from backwright.chain.review import Reviewed
from backwright.diagnostics import render_terminal, summary_line
from backwright.experts.model import Finding, Rule
from backwright.experts.page import page

__all__ = ["reviewed", "rule_json", "rule_list", "rule_page"]


def reviewed(found: Reviewed, *, colour: bool) -> str:
    """The findings by seat, each with its line, its reason and the lines to paste; then what is accepted."""
    blocks = []
    for seat in dict.fromkeys(each.rule.seat for each in found.findings):
        open_ones = [each for each in found.findings if each.rule.seat == seat and each.accepted is None]
        if open_ones:
            counted = summary_line(each.diagnostic for each in open_ones)
            blocks.append(_bold(f"{seat}: {counted}", colour))
            blocks += [_block(each, found.sources, colour) for each in open_ones]
    blocks += [render_terminal((each,), found.sources, colour).rstrip("\n") for each in found.problems]
    return "\n\n".join([*blocks, "\n".join(_last(found))])


def _block(finding: Finding, sources: dict[str, str], colour: bool) -> str:
    said = render_terminal((finding.diagnostic,), sources, colour).rstrip("\n")
    edit = finding.found.edit
    return f"{said}\n  {_bold('edit:', colour)}\n{indent(edit, '    ')}" if edit else said


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _last(found: Reviewed) -> Iterator[str]:
    accepted = [each for each in found.findings if each.accepted is not None]
    for each in accepted:
        about = f" ({each.found.element})" if each.found.element else ""
        yield f"accepted: {each.rule.name}{about}: {each.accepted}"
    rest = [each.diagnostic for each in found.findings if each.accepted is None]
    yield summary_line(rest) + (f"; {len(accepted)} accepted" if accepted else "")
    if rest:
        yield "`backwright review --explain RULE` says more of one."


def rule_page(rule: Rule) -> str:
    """What a rule looks for, and why."""
    return page(rule).rstrip("\n")


def rule_list(rules: Sequence[Rule]) -> str:
    """One line each."""
    widest = max(len(rule.name) for rule in rules)
    return "\n".join(f"{rule.name:<{widest}}  {rule.severity:<7}  {rule.summary}" for rule in rules)


def rule_json(rule: Rule) -> dict[str, str]:
    """A rule as JSON."""
    return {
        "rule": rule.name,
        "seat": rule.seat,
        "severity": rule.severity,
        "summary": rule.summary,
        "explanation": rule.explanation,
        "bad": rule.bad.blueprint,
        "good": rule.good.blueprint,
    }
