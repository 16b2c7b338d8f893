from __future__ import annotations

import pytest

from backwright.plan.plural import plural


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[("Category", "categories"), ("Person", "people"), ("Status", "statuses"), ("Bus", "buses"), ("Day", "days")],
        *[
            ("Address", "addresses"),
            ("Box", "boxes"),
            ("Branch", "branches"),
            ("Dish", "dishes"),
            ("Child", "children"),
        ],
        *[("OrderLine", "orderLines"), ("StockEntry", "stockEntries"), ("Series", "series"), ("Analysis", "analyses")],
        *[("Leaf", "leaves"), ("Photo", "photos"), ("Hero", "heroes"), ("Quiz", "quizzes"), ("Staff", "staff")],
        *[
            ("SalesPerson", "salesPeople"),
            ("Index", "indexes"),
            ("Query", "queries"),
            ("User", "users"),
            ("Key", "keys"),
        ],
        *[
            ("Medium", "media"),
            ("Woman", "women"),
            ("Soliloquy", "soliloquies"),
            ("API", "apis"),
            ("APIKey", "apiKeys"),
            ("Note2", "note2s"),
        ],
    ],
)
def test_plurals(name: str, expected: str) -> None:
    assert plural(name) == expected
