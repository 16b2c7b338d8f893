import re
import time

from services.data.uuid import uuid7


def test_ids_are_version_7_with_the_time_in_front_and_none_comes_twice() -> None:
    before = time.time_ns() // 1_000_000
    ids = [uuid7() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert len(set(ids)) == len(ids)
    for each in ids:
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each)
        assert before <= int(each.replace("-", "")[:12], 16) <= after
