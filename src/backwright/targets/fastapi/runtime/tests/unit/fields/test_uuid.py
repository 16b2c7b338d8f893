from typing import Annotated

from database.models.fields import uuid
from tests.support.schemas import read, refuses

Id = Annotated[str, uuid()]


def test_an_id_is_a_uuid_in_lower_case() -> None:
    assert read(Id, "0198C0DE-0000-7000-8000-00000000000A") == "0198c0de-0000-7000-8000-00000000000a"
    refuses(Id, "0198c0de", "0198c0de-0000-7000-8000-00000000000g", "0198c0de-0000-7000-8000-00000000000a\n", "", None)
