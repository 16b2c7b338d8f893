"""Amounts that tell rows apart, bounds over rows that nothing can hold, and who must approve what."""

from __future__ import annotations

import pytest

from tests.brief.understood import Understood, understand

BANK = "Customers have accounts with a currency. Customers transfer money between accounts. "


def move(understood: Understood, name: str, move: str) -> str:
    lifecycle = understood.entity(name).lifecycle
    assert lifecycle is not None
    line = next(at for at, text in enumerate(understood.text.splitlines()) if text.strip() == f"{move}:")
    return (
        next(text for text in understood.text.splitlines()[line:] if "allow:" in text).strip().removeprefix("allow: ")
    )


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("above 10,000", "amount <= 10000"),
        ("over 500 euros", "amount <= 500"),
        ("of at least 99.50", "amount < 99.50"),
        ("of more than 200", "amount <= 200"),
    ],
)
def test_only_those_above_an_amount_are_kept_to_managers(said: str, rule: str) -> None:
    bank = understand(f"{BANK}Clerks approve transfers. Only managers may approve transfers {said}.")
    allowed = move(bank, "Transfer", "approve")
    assert f"(me.role == 'clerk' && {rule})" in allowed
    assert f"(me.role == 'admin' && {rule})" in allowed
    assert allowed.rstrip('"').endswith("|| me.role == 'manager'")
    assert bank.status("Only managers") == "used"


def test_each_role_up_to_its_amount() -> None:
    bank = understand(f"{BANK}Clerks can approve transfers below 100. Managers can approve transfers above 99.")
    allowed = move(bank, "Transfer", "approve")
    assert "me.role == 'clerk' && amount < 100" in allowed
    assert "me.role == 'manager' && amount > 99" in allowed


def test_an_amount_of_no_field_narrows_and_is_reported() -> None:
    shop = understand(
        "An invoice has a number. Accountants create invoices. Invoices over 5000 must be approved by a manager."
    )
    assert move(shop, "Invoice", "approve") == "me.role == 'manager'"
    assert "brief/restriction-narrowed" in [problem.code for problem in shop.reading.diagnostics]
    assert shop.reading.statements[-1].lost == ("5000",)


@pytest.mark.parametrize(
    "sentence",
    [
        "Members may borrow at most three books at the same time.",
        "Members can borrow up to three books.",
        "Members may borrow no more than three books at once.",
    ],
)
def test_how_many_is_reported_and_makes_no_thing(sentence: str) -> None:
    library = understand(f"A book has a title. {sentence}")
    assert library.names == ["User", "Book", "Loan"]
    statement = library.reading.statements[-1]
    assert statement.status == "partly used"
    assert "three" in statement.lost


def test_what_must_be_approved_before_it_is_seen_can_be_approved() -> None:
    campaigns = understand("Organisers start campaigns. An admin has to approve each campaign before it is visible.")
    assert campaigns.movers("Campaign", "approve") == ["admin"]
    assert "visible" in campaigns.reading.statements[-1].lost


def test_whoever_sells_does_not_bid() -> None:
    auction = understand("Sellers list items. Bidders place bids on items. The seller of an item cannot bid on it.")
    create = auction.allow("Bid", "create")
    assert "me.role == 'bidder' && item.seller != me" in create
    assert "me.role == 'admin' && item.seller != me" in create
