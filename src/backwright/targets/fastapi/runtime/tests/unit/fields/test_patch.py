from typing import Annotated

from pydantic import Field

from database.models.fields import ABSENT, Patch
from tests.support.schemas import accepts, read, refuses


class Change(Patch):
    name: str = ABSENT
    own_note: Annotated[str | None, Field(alias="ownNote")] = ABSENT


def test_a_change_holds_what_was_given_and_nothing_else() -> None:
    assert read(Change, {"ownNote": None}).json_text() == '{"ownNote":null}'
    accepts(Change, {"name": "a"}, {"name": "a", "ownNote": "b"})


def test_a_change_changes_something_and_nothing_unknown() -> None:
    refuses(Change, {}, {"name": None}, {"other": 1}, {"name": "a", "other": 1}, [], None)
