from typing import Annotated

from database.models.fields import whole_number
from tests.support.schemas import accepts, refuses

WholeNumber = Annotated[str, whole_number()]


def test_a_whole_number_is_text_that_a_double_holds_exactly() -> None:
    accepts(WholeNumber, "0", "-12", "9007199254740991")
    refuses(WholeNumber, "9007199254740992", "1.0", "1e3", "+1", "", " 1", "1\n", "0x1", "x", "٣", 1)
