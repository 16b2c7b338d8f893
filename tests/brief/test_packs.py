from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import backwright.packs
from backwright.packs import load, read, section, words
from backwright.sources.brief.inflection import plural, singular, verb_forms

FOLDER = Path(backwright.packs.__file__).parent
FILES = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_the_reader_agrees_with_a_full_parser(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert _strings(read(text)) == _strings(YAML(typ="base", pure=True).load(text))


def _strings(data: object) -> object:
    if isinstance(data, dict):
        return [(key, _strings(value)) for key, value in data.items()]
    if isinstance(data, list):
        return [_strings(value) for value in data]
    return data or ""


def test_the_lexicon_is_as_large_as_it_says() -> None:
    verbs, nouns = load("verbs"), load("nouns")
    classes = [verb for names in section(verbs["classes"]).values() for verb in words(names)]
    assert len({*classes, *section(verbs["transitions"]), *section(verbs["reifying"])}) > 180
    phrases = [
        name for key in ("attributes", "roles") for names in section(nouns[key]).values() for name in words(names)
    ]
    assert len({*phrases, *section(load("kinds")["kinds"])}) > 600


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("book", "books"),
        ("category", "categories"),
        ("box", "boxes"),
        ("bus", "buses"),
        ("person", "people"),
        ("status", "statuses"),
        ("class", "classes"),
        ("day", "days"),
        ("address", "addresses"),
        ("pizza", "pizzas"),
        ("course", "courses"),
        ("house", "houses"),
        ("analysis", "analyses"),
        ("hero", "heroes"),
        ("match", "matches"),
        ("movie", "movies"),
        ("quiz", "quizzes"),
        ("leaf", "leaves"),
    ],
)
def test_number(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("ship", ("ship", "ships", "shipped", "shipped", "shipping")),
        ("write", ("write", "writes", "wrote", "written", "writing")),
        ("reply to", ("reply to", "replies to", "replied to", "replied to", "replying to")),
        ("cancel", ("cancel", "cancels", "cancelled", "cancelled", "cancelling")),
        ("watch", ("watch", "watches", "watched", "watched", "watching")),
        ("pay", ("pay", "pays", "paid", "paid", "paying")),
    ],
)
def test_verb_forms(base: str, forms: tuple[str, ...]) -> None:
    assert verb_forms(base) == forms
