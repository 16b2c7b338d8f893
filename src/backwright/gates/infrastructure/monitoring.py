"""Rules and dashboards: promtool reads the rules and runs their tests, and the running server has what they name."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from backwright.gates.findings import tail
from backwright.gates.infrastructure.tools import Work
from backwright.gates.infrastructure.yaml import documents, members
from backwright.gates.machine import free_port
from backwright.gates.promql import named

__all__ = ["queries", "rules"]

_FOLDER = "infrastructure/monitoring"
_RULES = f"{_FOLDER}/rules.yaml"
_PARTS = ("_bucket", "_count", "_sum")
_BY_PROMETHEUS = {"up": {"job", "instance"}}
_ADDED = frozenset(("job", "instance", "le"))
_TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)\{(.*)\} \S+$", re.MULTILINE)


def rules(work: Work) -> None:
    """The rules, as promtool and their own tests see them."""
    work.findings.check(work.text(_RULES) is not None, "gate/infrastructure-rule", f"{_RULES} is missing")
    found = _rules(work)
    _promtool(work, found)
    _tested(work, found)


def queries(work: Work) -> None:
    """What rules and dashboards ask for, held against the running server."""
    found = _rules(work)
    recorded = {str(each["record"]): set(_ADDED) for each in found if "record" in each}
    asked = [(f"{_RULES}: {_name(each)}", str(each.get("expr", ""))) for each in found]
    asked += _dashboards(work)
    work.findings.check(bool(asked), "gate/infrastructure-metric", "no rule and no dashboard asks for anything")
    measured = _measured(work) | recorded
    for where, expression in asked:
        _exposed(work, where, expression, measured)


def _rules(work: Work) -> list[dict[str, object]]:
    files = documents(work, work.text(_RULES) or "", _RULES, "gate/infrastructure-rule")
    groups = [members(each) for file in files for each in _list(file.get("groups"))]
    return [members(each) for group in groups for each in _list(group.get("rules"))]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _name(rule: Mapping[str, object]) -> str:
    return str(rule.get("alert") or rule.get("record"))


def _promtool(work: Work, rules: list[dict[str, object]]) -> None:
    if not work.has("promtool"):
        return
    for command in (
        ("check", "rules", _RULES),
        ("check", "config", f"{_FOLDER}/prometheus.yaml"),
        ("test", "rules", *_tests(work)),
    ):
        done = work.call("promtool", *command)
        work.findings.check(
            done.code == 0, "gate/infrastructure-rule", f"promtool {' '.join(command)}:\n{tail(done.output, 30)}"
        )
    work.findings.done(len(rules))


def _tested(work: Work, rules: list[dict[str, object]]) -> None:
    """Each alert is raised in one test at least, and in another it is not."""
    seen: dict[str, set[bool]] = {}
    for path in _tests(work):
        [file, *_] = documents(work, work.text(path) or "", path, "gate/infrastructure-rule") or [{}]
        for test in _list(file.get("tests")):
            for each in _list(members(test).get("alert_rule_test")):
                expected = members(each)
                seen.setdefault(str(expected.get("alertname")), set()).add(bool(expected.get("exp_alerts")))
    for rule in rules:
        if "alert" in rule:
            name = _name(rule)
            work.findings.check(
                seen.get(name) == {True, False}, "gate/infrastructure-rule", f"no test holds {name} both ways"
            )


def _tests(work: Work) -> list[str]:
    return sorted(f"{_FOLDER}/{path.name}" for path in (work.system.folder / _FOLDER).glob("*.test.yaml"))


def _dashboards(work: Work) -> list[tuple[str, str]]:
    folder = work.system.folder / _FOLDER / "grafana" / "dashboards"
    return [each for path in sorted(folder.glob("*.json")) for each in _queries(work, path)]


def _queries(work: Work, path: Path) -> Iterator[tuple[str, str]]:
    try:
        model = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        work.findings.fail("gate/infrastructure-metric", f"{path.name} cannot be read: {error}")
        return
    for panel in _list(members(model).get("panels")):
        drawn = members(panel)
        targets = _list(drawn.get("targets"))
        work.findings.check(
            bool(targets), "gate/infrastructure-metric", f"{path.name}: {drawn.get('title')} draws nothing"
        )
        yield from ((f"{path.name}: {drawn.get('title')}", str(members(each).get("expr", ""))) for each in targets)


def _measured(work: Work) -> dict[str, set[str]]:
    """What the server has when it is asked, by name: the labels of its samples."""
    port = free_port()
    found: dict[str, set[str]] = {name: set(labels) for name, labels in _BY_PROMETHEUS.items()}
    with (
        work.system.migrated() as database,
        work.system.serve(database, {"METRICS_PORT": str(port)}),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer,
    ):
        text = answer.read().decode()
    for name, kind in _TYPE.findall(text):
        for each in [f"{name}{part}" for part in _PARTS] if kind == "histogram" else [name]:
            found[each] = set()
    for name, labels in _SAMPLE.findall(text):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def _exposed(work: Work, where: str, expression: str, measured: Mapping[str, set[str]]) -> None:
    names = named(expression)
    work.findings.check(bool(names.metrics), "gate/infrastructure-metric", f"{where} asks for no metric")
    unknown = sorted(names.metrics - measured.keys())
    work.findings.check(
        not unknown,
        "gate/infrastructure-metric",
        f"{where} asks for {', '.join(unknown)}, which the server does not have",
    )
    # A series that nothing has happened to yet shows no labels.
    for metric, label in sorted(names.labels):
        labels = measured.get(metric) or {label}
        work.findings.check(
            label in labels | _ADDED,
            "gate/infrastructure-metric",
            f"{where} asks {metric} for {label}, which it does not have",
        )
    known = set().union(*(measured.get(each) or names.groupings for each in names.metrics)) | _ADDED
    for label in sorted(names.groupings):
        work.findings.check(
            label in known, "gate/infrastructure-metric", f"{where} groups by {label}, which none of its metrics has"
        )
