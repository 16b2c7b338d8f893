from typing import Annotated

from database.models.fields import email
from tests.support.schemas import accepts, read, refuses

Email = Annotated[str, email(3, 254)]


def test_an_email_is_one_address_in_lower_case() -> None:
    assert read(Email, "Ada@Example.COM") == "ada@example.com"
    accepts(Email, "ada.b+c@mail.example.com")
    refuses(Email, "ada", "ada@example", "a b@example.com", "@example.com", "ada@example.com\n", "ä@example.com", 1)
