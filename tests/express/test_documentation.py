"""What the generated documentation says is true: its commands run, its variables exist, its routes are served."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.targets.regenerate import ROOT, rendered

BLUEPRINTS = sorted((*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")))
SETTING = re.compile(r"(?:^ +|z\.object\(\{ )([A-Z][A-Z_]+): (.*(?:\n +\..*)*)", re.MULTILINE)


def files_of(path: Path) -> dict[str, str]:
    return {file.path: file.content for file in rendered(path)}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_links_lead_somewhere(path: Path) -> None:
    files = files_of(path)
    pages = [name for name in files if name.endswith(".md")]
    assert "README.md" in pages
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", files[page]):
            place = (Path("/") / page).parent / target
            assert str(place.resolve()).lstrip("/") in files, f"{page}: {target}"


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_every_route_of_the_contract_is_in_the_table(path: Path) -> None:
    files = files_of(path)
    document = json.loads(files["api/documentation/openapi.json"])
    served = {
        (method.upper(), route)
        for route, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    told = set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", files["README.md"], re.MULTILINE))
    base = urlsplit(document.get("servers", [{"url": ""}])[0]["url"]).path.rstrip("/")
    beside = {("GET", "/livez"), ("GET", "/readyz"), ("GET", "/sandbox/mails")}
    assert {(method, f"{base}{route}") for method, route in served} | beside >= told
    assert told >= {(method, f"{base}{route}") for method, route in served}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_the_variables_are_those_that_the_server_reads(path: Path) -> None:
    files = files_of(path)
    named = ("settings", "limits", "identity", "mail", "outbox", "calls", "ports", "jobs", "sockets", "cache")
    settings = "".join(files.get(f"config/{name}.ts", "") for name in named)
    read = {name: default for name, rest in SETTING.findall(settings) for default in [_default(rest)]}
    # Nobody configures a server with it; it is looked at to refuse it.
    del read["DEBUG"]
    page = files["documentation/configuration.md"].partition("\n## Environments")[0]
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| `?([^|`]*)`? \|", page, re.MULTILINE))
    scripts = {"DATABASE_MIGRATION_URL", *(["DEMO_PASSWORD"] if "config/identity.ts" in files else [])}
    assert set(told) == set(read) | scripts
    for name, default in read.items():
        assert told[name].strip() == default, name
    for example in ("config/development/.env.example", "config/production/.env.example"):
        assert set(re.findall(r"^([A-Z_]+)=", files[example], re.MULTILINE)) <= set(told)


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_the_codes_are_those_that_the_server_answers(path: Path) -> None:
    files = files_of(path)
    # What follows from a call answers nobody: its refusals are for the log.
    after = re.findall(r"business/([\w-]+)\.js", files.get("services/external/outcomes.ts", ""))
    silent = {f"services/business/{name}.ts" for name in after}
    sources = {name: text for name, text in files.items() if name.endswith(".ts") and not name.startswith("tests/")}
    source = "".join(text for name, text in sources.items() if name not in silent)
    literal = r"(?:Problem\(\d+, |badRequest\(|conflict\(|refuseAs\(\d+, )'([a-z_]+)'"
    answered = set(re.findall(literal, source))
    rows = re.findall(r"^\| (`[^|]*) \| \d{3} \|", files["documentation/api-specs.md"], re.MULTILINE)
    told = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    document = json.loads(files["api/documentation/openapi.json"])
    unheard = set() if "Problem428" in document["components"]["responses"] else {"precondition_required"}
    assert answered - unheard <= told
    assert {code for code in told - answered if code not in source} == set()


def _default(rest: str) -> str:
    if rest.startswith("adapter("):
        return "sandbox"
    found = re.search(r"(?:de|pre)fault\('?([^')]*)'?\)", rest) or re.search(r"(?:count|flag)\(([^)]*)\)", rest)
    if not found or "(" in found[1]:
        return ""
    word = {"true": "on", "false": "off"}.get(found[1], found[1])
    if re.fullmatch(r"[0-9_ *]+", word):
        product = 1
        for factor in word.replace("_", "").split("*"):
            product *= int(factor)
        return str(product)
    return word
