from typing import Annotated

from database.models.fields import decimal
from tests.support.schemas import accepts, read, refuses


def test_a_decimal_is_text_within_its_digits() -> None:
    price = Annotated[str, decimal(5, 2)]
    accepts(price, "0", "999.99", "-1.5", "0.10")
    refuses(price, "1000", "1.234", ".5", "1.", "1e3", "+1", "", " 1", "1\n", "0x1", 1, "٣", "9" * 50)
    whole = Annotated[str, decimal(3, 0)]
    accepts(whole, "999")
    refuses(whole, "1.0")
    part = Annotated[str, decimal(2, 2)]
    accepts(part, "0", "0.99", "-0.5")
    refuses(part, "1", "1.00", ".5")


def test_a_decimal_is_within_its_bounds() -> None:
    positive = Annotated[str, decimal(5, 2, above="0", maximum="10.5")]
    accepts(positive, "0.01", "10.50")
    refuses(positive, "0", "0.00", "-1", "10.51")
    share = Annotated[str, decimal(5, 2, minimum="-1", below="1")]
    accepts(share, "-1", "0.99")
    refuses(share, "-1.01", "1.00")


def test_a_decimal_keeps_every_digit() -> None:
    assert read(Annotated[str, decimal(20, 2)], "123456789012345678.99") == "123456789012345678.99"
    refuses(Annotated[str, decimal(20, 2, maximum="123456789012345678.98")], "123456789012345678.99")
