from pydantic import ValidationError

from api.middleware.validation import body_faults
from tests.support.schemas import read


def _message(kind: object, value: object) -> str:
    try:
        read(kind, value)
    except ValidationError as error:
        (fault,) = body_faults(error.errors())
        return fault["message"]
    raise AssertionError(f"accepts {value!r}")


def test_a_number_that_is_not_whole_is_told_from_what_is_no_number() -> None:
    assert _message(int, 1.5) == "is not of type int"
    assert _message(int, "1") == "is not of type number"
    assert _message(int, float("inf")) == "is not of type number"
