"""A report as JUnit XML, in the form that build servers agree on: a suite for each gate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from backwright.chain.evidence.entries import Gate, gates_of

__all__ = ["junit"]

# XML 1.0, 2.2: other control characters cannot be written at all.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(document: Mapping[str, object]) -> str:
    """One test case for a gate that passed or did not run, one for each failure of a gate that failed."""
    gates = list(gates_of(document))
    root = Element("testsuites", name="backwright verify", time=f"{sum(gate.seconds for gate in gates):.3f}")
    for gate in gates:
        _suite(root, gate)
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, gate: Gate) -> None:
    suite = SubElement(root, "testsuite", name=gate.name, timestamp=gate.started.removesuffix("Z"))
    suite.set("time", f"{gate.seconds:.3f}")
    properties = SubElement(suite, "properties")
    for name, value in (("count", f"{gate.count} {gate.unit}"), ("tool", gate.tool), ("reason", gate.reason)):
        if value.strip():
            SubElement(properties, "property", name=name, value=_clean(value))
    for failure in gate.failures:
        case = SubElement(suite, "testcase", classname=gate.name, name=f"{failure.code} {failure.place}".strip())
        found = SubElement(case, "failure", type=failure.code, message=_clean(failure.message.partition("\n")[0]))
        found.text = _clean("\n".join(each for each in (failure.message, failure.place, failure.help) if each))
    if not gate.failures:
        case = SubElement(suite, "testcase", classname=gate.name, name=f"{gate.count} {gate.unit}".strip())
        if gate.status == "not_run":
            SubElement(case, "skipped", message=_clean(gate.reason))
        elif gate.status == "failed":
            SubElement(case, "failure", type="gate", message=_clean(gate.reason))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
