import time

import pytest

from api.middleware.strict_json import parse_json
from services.business.problem import Problem


def refused(text: str | bytes) -> None:
    with pytest.raises(Problem) as found:
        parse_json(text if isinstance(text, bytes) else text.encode())
    assert (found.value.status, found.value.code) == (400, "malformed_json")


def test_json_is_read() -> None:
    text = b'{"a": [1, "x", null, true], "b": {"a": {}}}'
    assert parse_json(text) == {"a": [1, "x", None, True], "b": {"a": {}}}


def test_a_name_that_comes_twice_is_refused_at_any_depth_and_however_it_is_written() -> None:
    refused('{"a": 1, "a": 2}')
    refused('{"x": [{"a": 1, "a" : 2}]}')
    refused('{"a": 1, "\\u0061": 2}')


def test_braces_and_colons_inside_strings_are_text() -> None:
    assert parse_json(rb'{"a": "{\"a\": 1", "b": "a\":"}') == {"a": '{"a": 1', "b": 'a":'}


def test_objects_beside_each_other_may_share_names() -> None:
    assert parse_json(b'[{"a": 1}, {"a": 2}]') == [{"a": 1}, {"a": 2}]


def test_half_of_a_surrogate_pair_is_refused() -> None:
    for text in ('{"a": "\\ud83d"}', '["\\uDE00"]', '{"\\ud83d": 1}', '"\\ude00\\ud83d"'):
        refused(text)
    assert parse_json(b'"\\ud83d\\ude00"') == "😀"


def test_more_than_32_levels_are_refused() -> None:
    parse_json(b"[" * 32 + b"]" * 32)
    refused("[" * 33 + "]" * 33)
    refused('{"a":' * 33 + "1" + "}" * 33)
    refused("[" * 50_000)
    assert parse_json(b'"' + b"[" * 100 + b'"') == "[" * 100


def test_numbers_are_doubles() -> None:
    assert [type(value) for value in parse_json(b"[1, 1.0, 1e2, 1.5]")] == [int, int, int, float]
    assert parse_json(b"9007199254740993") == 9007199254740992
    assert parse_json(b"1e400") == float("inf")
    assert [type(value) for value in parse_json(b"[1e21, 1e300]")] == [int, int]


@pytest.mark.parametrize(
    "text", ["", "{", "{'a': 1}", "[1,]", "NaN", "Infinity", "-Infinity", "01", "1.", "+1", '{"a": 1} x', '"\t"', b"\xff", b"\xef\xbb\xbf{}"]
)
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    refused(text)


@pytest.mark.parametrize("end", ['"' + '\\"' * 45_000, '"' + '\\"' * 45_000 + "\\", '"' * 90_001, '"[' * 45_000])
def test_a_text_that_does_not_end_is_refused_at_once(end: str) -> None:
    began = time.monotonic()
    refused("[]" * 33 + end)
    assert time.monotonic() - began < 1
