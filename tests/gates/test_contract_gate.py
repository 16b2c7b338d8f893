"""The gate `contract` passes the shop, and catches what is planted in its server and its document."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from backwright.chain.system import ProjectSystem
from backwright.diagnostics.evidence import GateResult
from backwright.gates.contract import GATE
from backwright.gates.contract.gate import ContractGate
from tests.gates.copies import Edit, codes, copy_of, edit, said

# A busy machine would leave requests out, and with them what they find.
QUICK = ContractGate(systematic=10, random=2, seconds=150.0)
DOCUMENT = "api/documentation/openapi.json"
CATEGORIES = "dist/database/models/categories.js"
PROBLEMS = "dist/api/middleware/problems.js"
SESSIONS = "dist/services/security/sessions.js"
VERSIONS = "dist/services/data/version.js"
LISTS = "dist/api/controllers/resource.js"
FIELDS = "dist/database/models/fields.js"

# One edit, the code it leads to, and words that say where.
DEFECTS: dict[str, tuple[Edit, str, str]] = {
    "a malformed number is not caught before it is read": (
        (FIELDS, ".regex(form, { abort: true })", ".regex(form)"),
        "gate/contract-server-error",
        "/products",
    ),
    "unknown members are taken": (
        (CATEGORIES, "export const CategoryCreate = z.strictObject(", "export const CategoryCreate = z.object("),
        "gate/contract-accepted",
        "POST /categories",
    ),
    "a name may not be as long as documented": (
        (CATEGORIES, "name: text(1, 80)", "name: text(1, 79)"),
        "gate/contract-refused",
        "/categories",
    ),
    "Allow leaves a method out": (
        (PROBLEMS, "const allow = [...methods]", "const allow = [...methods].filter((each) => each !== 'PATCH')"),
        "gate/contract-method",
        "/users/{id}: Allow says ['GET']",
    ),
    "a refresh token can be used twice": (
        (SESSIONS, "used === 't' || live !== 't'", "live !== 't'"),
        "gate/contract-sessions",
        "POST /auth/refresh should answer 401 and answers 200",
    ),
    "a version is not compared": (
        (VERSIONS, "!tagsIn(ifMatch).includes(tagOf(json))", "json === ifMatch"),
        "gate/contract-precondition",
        'with If-Match: "none" should answer 412 and answers 200',
    ),
    "a made-up cursor reaches the database": (
        (LISTS, ".catch(refuseMadeUp)", ""),
        "gate/contract-pages",
        "with a tampered cursor answers 500",
    ),
}


@pytest.fixture(scope="module")
def defective(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> GateResult:
    """The gate on a shop with all of the defects at once: each must be told apart."""
    system = copy_of(shop, tmp_path_factory.mktemp("contract"), [defect for defect, _, _ in DEFECTS.values()])
    changed(system, _document_says_something_else)
    return QUICK.run(system)


def changed(system: ProjectSystem, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    """Another document."""
    path = system.folder / DOCUMENT
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def _document_says_something_else(document: dict) -> None:  # type: ignore[type-arg]
    del document["paths"]["/orders"]["get"]["responses"]["401"]
    document["components"]["schemas"]["Category"]["properties"]["slug"] = {"type": "integer"}
    document["paths"]["/ghosts"] = {"get": document["paths"]["/me"]["get"] | {"operationId": "ghosts.list"}}
    del document["paths"]["/categories/{id}"]["delete"]


@pytest.mark.parametrize("name", DEFECTS)
def test_catches(name: str, defective: GateResult) -> None:
    _, code, words = DEFECTS[name]
    assert words in said(defective, code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("gate/contract-status", "GET /orders as anonymous"),
        ("gate/contract-answer", "/categories"),
        ("gate/contract-route", "GET /ghosts is documented and answers 404"),
        ("gate/contract-method", "/categories/{id}: Allow says"),
    ],
    ids=["a status", "the form of an answer", "a path that is not served", "a method that is not documented"],
)
def test_catches_a_document_that_differs_in(code: str, words: str, defective: GateResult) -> None:
    assert words in said(defective, code)


def test_says_how_to_see_it_again(defective: GateResult) -> None:
    error = next(failure for failure in defective.failures if failure.code == "gate/contract-server-error")
    assert error.help.startswith("curl ")
    assert not [failure for failure in defective.failures if "eyJ" in failure.help], "no token is shown"
    assert "SyntaxError" in error.message, "the server's log is quoted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda document: document["info"].pop("version"), "is a required property"),
        (lambda document: document["paths"]["/me"]["get"].pop("summary"), "GET /me has no summary"),
        (lambda document: document["paths"]["/me"]["get"].pop("security"), "does not say who may call it"),
    ],
    ids=["a required member", "a summary", "security"],
)
def test_catches_a_document_without(
    change: Callable[[object], None], words: str, shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    system = copy_of(shop, tmp_path_factory.mktemp("document"))
    changed(system, change)
    assert words in said(ContractGate(systematic=1, random=1, seconds=0.0).run(system), "gate/contract-document")


def test_is_red_without_a_document(shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory) -> None:
    system = copy_of(shop, tmp_path_factory.mktemp("missing"))
    (system.folder / DOCUMENT).unlink()
    assert codes(QUICK.run(system)) == {"gate/contract-document"}


@pytest.mark.slow
def test_catches_an_unnamed_statement_that_is_not_parsed_again(
    shop: ProjectSystem, tmp_path_factory: pytest.TempPathFactory
) -> None:
    system = copy_of(shop, tmp_path_factory.mktemp("statements"))
    edit(system.folder / "dist/services/data/batch.js", "if (name === '') {", "if (name === 'never') {")
    result = GATE.run(system)
    assert "GET /" in said(result, "gate/contract-server-error") + said(result, "gate/contract-pages")


@pytest.mark.slow
def test_passes_the_shop(shop: ProjectSystem) -> None:
    result = GATE.run(shop)
    assert result.status == "passed", result.failures
    assert result.count > 2000
