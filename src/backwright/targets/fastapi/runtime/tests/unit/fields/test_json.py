import pytest

from database.models.fields import Json
from tests.support.schemas import read, refuses


@pytest.mark.parametrize("value", [True, 1, 1.5, "x", [1, [2, None]], {"a": {"b": []}}, {}, []])
def test_any_json_but_null_is_taken_as_it_is(value: object) -> None:
    assert read(Json, value) == value


def test_null_and_what_json_cannot_say_are_refused() -> None:
    refuses(Json, None, float("inf"), [float("-inf")], {"a": float("nan")}, object())
