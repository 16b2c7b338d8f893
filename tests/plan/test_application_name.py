"""The application's name as an identifier."""

from __future__ import annotations

import pytest

from backwright.lowering.database import application_name
from backwright.plan.build import compile_blueprint


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("Übungs-Ärger ✓", "ubungs_arger"), ("2 Cafés", "app_2_cafes"), ("BookShop", "book_shop")],
)
def test_letters_lose_their_marks(name: str, identifier: str) -> None:
    text = f"backwright: 1\napp: {{name: {name}}}\nentities:\n  A:\n    fields: {{b: int}}\n    allow: {{read: true}}\n"
    plan, found = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, found
    assert application_name(plan) == identifier
