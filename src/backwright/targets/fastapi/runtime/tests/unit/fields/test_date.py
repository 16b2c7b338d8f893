from typing import Annotated

from database.models.fields import date
from tests.support.schemas import accepts, refuses

Day = Annotated[str, date()]


def test_a_day_exists() -> None:
    accepts(Day, "2026-02-28", "2028-02-29", "0001-01-01", "9999-12-31")
    refuses(Day, "2026-02-30", "2026-2-3", "0000-01-01", "2026-01-01T00:00:00Z", "20260101", "2026-01-01\n", "२०२६-01-01")
