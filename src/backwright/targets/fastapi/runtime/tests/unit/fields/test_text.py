from typing import Annotated

from database.models.fields import text
from tests.support.schemas import accepts, refuses


def test_code_points_count() -> None:
    short = Annotated[str, text(1, 2)]
    accepts(short, "a", "ab", "😀😀")
    refuses(short, "", "abc", "😀😀😀", "a\0", 1, None)


def test_a_pattern_is_matched() -> None:
    letters = Annotated[str, text(0, 9, r"^[a-z]+\Z")]
    accepts(letters, "abc")
    refuses(letters, "Abc", "", "abc\n")
