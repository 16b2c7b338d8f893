from database.models.fields import Json
from tests.support.schemas import accepts, read, refuses


def test_any_json_is_taken_as_it_is() -> None:
    for value in (None, True, 1, 1.5, "x", [1, [2]], {"a": {"b": []}}):
        assert read(Json, value) == value
    accepts(Json, {}, [])


def test_what_json_cannot_say_is_refused() -> None:
    refuses(Json, float("inf"), [float("-inf")], {"a": float("nan")}, object())
