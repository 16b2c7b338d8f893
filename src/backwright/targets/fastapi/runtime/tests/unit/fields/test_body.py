from typing import Annotated

from pydantic import Field

from database.models.fields import Body
from tests.support.schemas import accepts, refuses


class Thing(Body):
    size: int
    is_new: Annotated[bool, Field(alias="isNew")] = False


def test_nothing_is_converted() -> None:
    accepts(Thing, {"size": 1}, {"size": 1, "isNew": True})
    refuses(Thing, {"size": "1"}, {"size": 1.5}, {"size": True}, {"size": None}, {"size": 1, "isNew": "true"}, {"size": 1, "isNew": 1})


def test_nothing_unknown_is_taken() -> None:
    refuses(Thing, {"size": 1, "other": 1}, {"size": 1, "is_new": True}, {}, [], None, "x")
