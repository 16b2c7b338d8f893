"""Which words of a statement are in no element."""

from __future__ import annotations

import pytest

from backwright.sources.brief import read_brief

BOOK = "A book has a title and a price. Members borrow books. "


@pytest.mark.parametrize(
    ("sentence", "status", "lost"),
    [
        ("Members borrow books.", "used", ()),
        ("A book has a unique ISBN, an optional subtitle and a language.", "used", ()),
        ("Librarians approve loans.", "used", ()),
        ("The price must be positive.", "used", ()),
        ("No payments needed.", "used", ()),
        ("As a member, I want to borrow books so that my evenings are calm.", "used", ()),
        ("Members borrow books in thirteen languages.", "partly used", ("thirteen", "languages")),
        ("Members may borrow only three books.", "partly used", ("only", "three")),
        ("A book has a duration in minutes.", "partly used", ("minutes",)),
        ("Members can borrow books by telephone.", "partly used", ("telephone",)),
    ],
)
def test_words_of_a_statement(sentence: str, status: str, lost: tuple[str, ...]) -> None:
    statement = next(item for item in read_brief(BOOK + sentence).statements if item.text == sentence)
    assert (statement.status, statement.lost) == (status, lost)


def test_a_statement_that_another_one_overrules() -> None:
    reading = read_brief("A book has a title. Clerks read books. Only librarians may read books.")
    statement = reading.statements[1]
    assert statement.status == "partly used"
    assert statement.lost == ("clerk may not read",)


def test_what_is_set_aside_names_its_words() -> None:
    statement = read_brief(f"{BOOK}When a book is late, notify its member.").statements[-1]
    assert statement.status == "set aside"
    assert "notify" in statement.lost
