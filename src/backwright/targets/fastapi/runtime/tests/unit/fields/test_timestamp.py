from typing import Annotated

from database.models.fields import timestamp
from tests.support.schemas import read, refuses

Instant = Annotated[str, timestamp()]


def test_an_instant_is_in_utc_with_milliseconds() -> None:
    assert read(Instant, "2026-01-31T13:00:00+01:00") == "2026-01-31T12:00:00.000Z"
    assert read(Instant, "2026-01-31T23:59:59.9999Z") == "2026-01-31T23:59:59.999Z"
    assert read(Instant, "0001-01-01T00:00:00Z") == "0001-01-01T00:00:00.000Z"


def test_what_is_no_instant_is_refused() -> None:
    refuses(Instant, "2026-01-31T13:00:00", "2026-01-31", "2026-01-31T25:00:00Z", "2026-01-31T13:00Z", "2026-02-30T00:00:00Z", "now", "")
    refuses(Instant, "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z")
