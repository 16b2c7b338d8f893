"""Briefs that say nothing, and briefs that mean harm: a diagnostic or a blueprint that compiles, never an exception."""

from __future__ import annotations

import time

import pytest

from backwright.plan.build import compile_blueprint
from backwright.sources.brief import read_brief
from tests.pace import pace

FOREIGN = (
    "Erstelle eine REST API für einen Online-Shop mit Produkten und Bestellungen",
    "Online-Shop mit Produkten",
    "Kunden können Konten haben und Geld überweisen. Ein Manager genehmigt die Überweisung.",
    "Crea una API para una tienda en línea con productos y pedidos",
    "Créer une API pour une boutique en ligne avec des produits et des commandes",
    "Crea un backend per un negozio online con prodotti e ordini",
    "Crie uma API para uma loja virtual com produtos e pedidos",
    "Maak een webshop met producten en bestellingen",
    "Bygg en webbshop med produkter och beställningar",
    "为电子商务平台创建后端",
    "オンラインショップのAPIを作って",
    "Создай API для интернет-магазина",
    "Φτιάξε ένα ηλεκτρονικό κατάστημα",
    "ابن متجرا على الانترنت",
)
NOTHING = (
    "asdf qwer",
    "hello",
    "12345",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
    "The weather is nice today. I like trains.",
    "What is the capital of France?",
    "Build an API.",
    "Set up a CI/CD pipeline for backend deployment",
    "Optimize our database architecture",
    "```python\nfor number in range(10):\n    print(number)\n```",
    ", " * 1000,
    "a" * 100_000,
    "*" * 50_000 + "_" * 50_000,
    "```json\n" + "[" * 50_000 + "\n```",
    "backwright: 1\napp: {name: x}\nentities:\n  A:\n    fields: {a: string}\n",
)
HOSTILE = {
    "sql": "Build a shop'; DROP TABLE users; -- with products\n\" : { [ & * ! | > %",
    "yaml": 'Build an API for "x: y\n  evil: true" with #comments, {braces}, *anchors, !tags. A box\\n has a name: "x',
    "control": "Build\x07 a\x1b[31m shop\u202e with\u200b products\x00",
    "surrogate": "Build a shop \ud800 with products",
    "emoji": "Build a 🛒 shop with 🚀 products",
    "reserved": "A me has an id, an owner, a this, an input, a now, a createdAt, a role, a password and a class. "
    "A true has a null. Functions have imports. A while has a for. Members return things.",
    "cycle": "A employee has a department. A department has a manager. A manager has an employee. A b has a b.",
    "unicode": "A naïve café has a Größe. Cafés have an über-name.",
    "long names": f"A {'very' * 30} has a {'long' * 30}. Users can create {'thing ' * 30}s.",
    "digits": "A 3d model has a 2nd name. 42s have 7s.",
    "bullets": "\n".join(f"- Users can create item{number}s" for number in range(10_000)),
    "one bullet": "- Users can create posts\n" * 10_000,
    "100 kB": "Customers have accounts and a manager approves the transfers of customers. " * 1_400,
    "one line": "Build an API with " + ", ".join(f"thing{number}s" for number in range(9_000)),
    "deep": "\n".join("  " * depth + "- members borrow books" for depth in range(1_000)),
    "headings": "\n".join("#" * (depth % 7) + " Members borrow books" for depth in range(1_000)),
    "parentheses": "Members borrow books. Users have " + "(" * 5_000 + ")" * 5_000,
}


@pytest.mark.parametrize("brief", FOREIGN)
def test_another_language_is_refused(brief: str) -> None:
    reading = read_brief(brief)
    assert reading.blueprint is None
    (problem,) = reading.diagnostics
    assert problem.code == "brief/language"
    assert problem.help
    assert {statement.status for statement in reading.statements} == {"not understood"}


@pytest.mark.parametrize("brief", ["", "   \n\t ", "\x00\x01"])
def test_an_empty_brief(brief: str) -> None:
    reading = read_brief(brief)
    assert reading.blueprint is None
    assert [problem.code for problem in reading.diagnostics] == ["brief/empty"]


@pytest.mark.parametrize("brief", NOTHING, ids=range(len(NOTHING)))
def test_a_brief_without_meaning(brief: str) -> None:
    reading = read_brief(brief)
    assert reading.blueprint is None
    (problem,) = reading.diagnostics
    assert problem.code in ("brief/nothing-understood", "brief/language")
    assert problem.severity == "error"
    assert problem.help


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_brief_gives_a_blueprint_that_compiles(name: str) -> None:
    reading = read_brief(HOSTILE[name])
    assert reading.blueprint is not None
    plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
    assert plan is not None, [f"{item.code} {item.message}" for item in problems][:5]
    assert reading.blueprint.isascii()
    assert all(letter.isprintable() or letter == "\n" for letter in reading.blueprint)


@pytest.mark.parametrize("name", ["bullets", "one bullet", "100 kB"])
def test_too_much_is_said(name: str) -> None:
    reading = read_brief(HOSTILE[name])
    assert "brief/too-long" in [problem.code for problem in reading.diagnostics]
    assert any(statement.status == "not understood" for statement in reading.statements)


def test_reading_is_fast() -> None:
    brief = HOSTILE["100 kB"]
    read_brief(brief)
    seconds = min(_timed(brief) for _ in range(3))
    assert seconds < 1.0 * pace()
    assert min(_timed("Members borrow books. A book has a title.") for _ in range(3)) < 0.05 * pace()


def _timed(brief: str) -> float:
    start = time.process_time()
    read_brief(brief)
    return time.process_time() - start
