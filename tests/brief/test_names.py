"""What is taken for a name, and what is not."""

from __future__ import annotations

import pytest

from tests.brief.understood import understand

BOOKS = "A book has a title. "


def _names(brief: str) -> set[str]:
    return {entity.name for entity in understand(brief).plan.entities}


@pytest.mark.parametrize(
    "sentence",
    [
        "Keepers feed books.",
        "Supervisors rearrange books.",
        "We operate a reading room.",
        "Books are secret.",
        "Both can leave messages.",
    ],
)
def test_a_sentence_that_is_not_understood_is_no_name(sentence: str) -> None:
    names = _names(BOOKS + sentence)
    assert not [name for name in names if len(name) > len("Messages") + 3], names


def test_words_for_many_may_still_stand_before_others() -> None:
    assert "SalesOrderLine" in _names("Build an API for a wholesaler with sales order lines and warehouses.")


def test_a_unit_belongs_to_the_number_and_not_to_the_name() -> None:
    shop = understand("An episode has a title, a duration in seconds and a weight in kg.")
    assert {"duration", "weight"} <= set(shop.fields("Episode"))
    assert _names("An episode has a title and a duration in seconds.") == {"User", "Episode"}


def test_what_lives_in_something_refers_to_it() -> None:
    assert "enclosure" in understand("Animals live in enclosures. An animal has a name.").fields("Animal")


def test_each_participle_has_its_own_doer_and_a_means_is_nobody() -> None:
    clinic = understand("A patient has a name. Patients are admitted to a bed by a nurse and discharged by a doctor.")
    assert clinic.plan.identity is not None
    assert {"nurse", "doctor"} < set(clinic.plan.identity.roles)
    assert len(clinic.plan.identity.roles) <= 4
    sent = understand("A report has a title. Reports are sent weekly by email.")
    assert sent.plan.identity is None or "email" not in sent.plan.identity.roles


def test_who_does_something_is_not_the_slip_of_what_was_done() -> None:
    claims = understand("A claim has an amount. An adjuster approves claims.")
    assert claims.plan.identity is not None
    assert "adjuster" in claims.plan.identity.roles
