from database.models.fields import Input
from tests.support.schemas import read, refuses


class Order(Input):
    name: str
    note: str | None = None


def test_a_member_that_was_left_out_stays_out() -> None:
    assert read(Order, {"name": "a"}).json_text() == '{"name":"a"}'
    assert read(Order, {"name": "a", "note": None}).json_text() == '{"name":"a","note":null}'


def test_nothing_unknown_is_taken() -> None:
    refuses(Order, {"name": "a", "other": 1}, {}, [], None)
