from typing import Annotated

from database.models.fields import phone
from tests.support.schemas import accepts, refuses

Phone = Annotated[str, phone(3, 32)]


def test_a_phone_number_is_international() -> None:
    accepts(Phone, "+491701234567")
    refuses(Phone, "01701234567", "+0123", "+49 170", "+12345", "+491701234567\n", "+४९१७०१२३४५६७")
