"""What a reading accounts for: statements, origins, assumptions, questions, sentences; and that it never changes."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from backwright.packs import load, section, words
from backwright.plan.build import compile_blueprint
from backwright.sources.brief import read_brief, said_back
from tests.brief.test_domains import BANK
from tests.brief.test_shop import SENTENCE
from tests.brief.understood import understand

BRIEFS = (
    SENTENCE,
    BANK,
    "Build a library API where members borrow books and librarians manage books",
    "Patients book appointments with doctors. Doctors have a specialty. Receptionists confirm appointments.",
    "Build a todo list API",
    "Build a todo list API without registration",
    "Design a blog backend with posts and comments",
    "Products have a name, a price and several tags. Users can review products. Only admins may delete products.",
)
SOURCE = Path(__file__).parents[2] / "src"


@pytest.mark.parametrize("brief", BRIEFS)
def test_statements_stand_where_they_say(brief: str) -> None:
    for statement in understand(brief).reading.statements:
        assert brief[statement.offset : statement.offset + statement.length] == statement.text


@pytest.mark.parametrize("brief", BRIEFS)
def test_every_element_has_an_origin(brief: str) -> None:
    understood = understand(brief)
    identifiers = {statement.id for statement in understood.reading.statements}
    origins = understood.reading.origins
    for entity in understood.plan.entities:
        for path in (
            f"entities.{entity.name}",
            *(
                f"entities.{entity.name}.fields.{field.name}"
                for field in entity.fields
                if not (entity.whole and field.name == entity.whole[0].lower() + entity.whole[1:])
                and not (entity.name == "User" and field.name == "role")
            ),
            *(f"entities.{entity.name}.allow.{rule.action}" for rule in entity.rules),
        ):
            assert path in origins
    for operation in understood.plan.operations:
        assert f"operations.{operation.name}" in origins
    assert all(origin in identifiers or origin.startswith("pack:") for origin in origins.values())


@pytest.mark.parametrize("brief", BRIEFS)
def test_every_inference_is_an_assumption(brief: str) -> None:
    reading = understand(brief).reading
    assert reading.assumptions
    assert [item.id for item in reading.assumptions] == [f"a{n}" for n in range(1, len(reading.assumptions) + 1)]
    assert all(item.text and item.pack and item.off for item in reading.assumptions)
    assert {item.confidence for item in reading.assumptions} <= {"high", "medium", "low"}


@pytest.mark.parametrize("brief", BRIEFS)
def test_a_plain_deletion_leaves_a_blueprint_that_compiles(brief: str) -> None:
    reading = understand(brief).reading
    assert reading.blueprint is not None
    for item in reading.assumptions:
        path = item.off.removeprefix("delete ")
        if path == item.off or " " in path:
            continue
        document = YAML().load(reading.blueprint)
        *above, last = path.split(".")
        node = document
        for key in above:
            node = node[key]
        del node[last]
        written = StringIO()
        YAML().dump(document, written)
        plan, problems = compile_blueprint(written.getvalue(), "blueprint.yaml")
        assert plan is not None, (item.off, [problem.message for problem in problems])


def test_a_stated_rule_is_no_assumption() -> None:
    reading = understand("Products have a name. Only admins may delete products.").reading
    assert reading.origins["entities.Product.allow.delete"] == "s2"
    assert not any("delete entities.Product.allow.delete" in item.off for item in reading.assumptions)


@pytest.mark.parametrize("brief", BRIEFS)
def test_every_entity_is_said_back(brief: str) -> None:
    understood = understand(brief)
    sentences = " ".join(said_back(understood.reading))
    for entity in understood.plan.entities:
        name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in entity.name).strip()
        assert f"There is a {name}" in sentences


def test_questions_come_in_the_order_of_their_weight() -> None:
    reading = understand("Build a gizmo API. Gizmos have a status and a frobnication.").reading
    assert reading.questions
    assert "states" in reading.questions[0]


def test_an_unknown_type_is_a_question() -> None:
    reading = understand("A gizmo has a frobnication.").reading
    assert any("frobnication" in question for question in reading.questions)
    assert any("frobnication" in item.text and item.confidence == "low" for item in reading.assumptions)


def test_without_a_blueprint_nothing_is_said_back() -> None:
    assert said_back(read_brief("asdf qwer")) == ()


def test_the_same_brief_gives_the_same_bytes() -> None:
    script = (
        "import sys; from backwright.sources.brief import read_brief; r = read_brief(sys.stdin.read());"
        "print(r.blueprint, sorted(r.origins.items()), r.statements, r.assumptions, r.questions, r.diagnostics)"
    )
    brief = "\n".join(BRIEFS).replace("without registration", "")
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=brief.encode(),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SOURCE)},
        ).stdout
        for seed in ("0", "1", "12345")
    ]
    assert runs[0] == runs[1] == runs[2]
    assert len(runs[0]) > 5000


NOUNS = st.sampled_from([*section(load("kinds")["kinds"]), "gizmo", "owner", "input", "function", "class", "status"])
PEOPLE = st.sampled_from([name for names in section(load("nouns")["roles"]).values() for name in words(names)])
ATTRIBUTES = st.sampled_from([name for names in section(load("nouns")["attributes"]).values() for name in words(names)])
VERBS = st.sampled_from(
    [
        *(verb for verbs in section(load("verbs")["classes"]).values() for verb in words(verbs)),
        *section(load("verbs")["transitions"]),
        *section(load("verbs")["reifying"]),
    ]
)
STATES = st.lists(st.sampled_from(words(load("verbs")["progress"])), min_size=2, max_size=5, unique=True)
SENTENCES = st.one_of(
    st.builds("{}s can {} {}s.".format, PEOPLE, VERBS, NOUNS),
    st.builds("{}s can {} their own {}s.".format, PEOPLE, VERBS, NOUNS),
    st.builds("Only {}s may {} {}s.".format, PEOPLE, VERBS, NOUNS),
    st.builds("{}s cannot {} {}s.".format, PEOPLE, VERBS, NOUNS),
    st.builds("{} {}s".format, VERBS, NOUNS),
    st.builds("A {} has a {}, a {} and a {}.".format, NOUNS, ATTRIBUTES, ATTRIBUTES, NOUNS),
    st.builds("Each {} has many {}s.".format, NOUNS, NOUNS),
    st.builds("{}s have {}s.".format, PEOPLE, NOUNS),
    st.builds("A {} has a {}.".format, PEOPLE, ATTRIBUTES),
    st.builds("A {} belongs to a {}.".format, NOUNS, st.one_of(NOUNS, PEOPLE)),
    st.builds("No {} needed.".format, st.one_of(NOUNS, ATTRIBUTES)),
    st.builds("Build a {} API with {}s and {}s".format, NOUNS, NOUNS, NOUNS),
    st.builds(lambda noun, states: f"A {noun} goes from {' to '.join(states)}.", NOUNS, STATES),
    st.builds(lambda noun, states: f"The status of a {noun} can be {', '.join(states)}.", NOUNS, STATES),
    st.just("Build an online shop with order processing."),
    st.just("Without registration."),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=7))
def test_whatever_is_understood_compiles(sentences: list[str]) -> None:
    reading = read_brief("\n\n".join(sentences))
    assert len(reading.statements) >= len(sentences)
    if reading.blueprint is not None:
        plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
        assert plan is not None, [f"{item.code} {item.message}" for item in problems if item.severity == "error"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    reading = read_brief(text)
    assert reading.blueprint is not None or reading.diagnostics
    if reading.blueprint is not None:
        assert compile_blueprint(reading.blueprint, "blueprint.yaml")[0] is not None
