"""JSON that parsers must refuse and JSON that they must take, generated from the grammar (RFC 8259)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

__all__ = ["legal", "malformed", "undefined"]

_NUMBERS = (
    *("-", "+1", "01", "-01", "00", ".5", "-.5", "1.", "-1.", "1.e1", "1e", "1e+", "1E-", "1e1.5", "0x1", "0b1", "0o7"),
    *("1_000", "1,000", "--1", "1-", "1+1", "NaN", "-NaN", "Infinity", "-Infinity", "+Infinity", "Inf", "nan", "1f"),
    *("\uff11", "1 000", "1e1e1", "0e", "0e+", "- 1", "-foo", "1ea", "2.e3", "9.e+", "1eE2", "-2.", "0.3e", "0.e1"),
)
_STRINGS = (
    *('"', '"abc', "'abc'", "abc", '"\\', '"\\"', '"\\x41"', '"\\u00"', '"\\u00g0"', '"\\uD800\\u"', '"\\a"', '"\\0"'),
    *('"\t"', '"\n"', '"\r"', '"\u0000"', '"\u0001"', '"\u001f"', "`x`", '"a"b"', '\\"x"', "\u201cx\u201d", '"\\u"'),
    *('"\\u1"', '"\\u12"', '"\\u123"', '"\\ "', '"\\\u00e9"', "&quot;x&quot;", '"\\U0041"', '"\\v"'),
)
_WORDS = ("True", "False", "NULL", "None", "nul", "tru", "fals", "truee", "nulll", "undefined", "TRUE", "nil", "t", "n")
_STRUCTURES = (
    *("[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1]]", "[[1]", "[1}", "{1]", "[1;2]"),
    *('{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{,"a":1}', '{"a" 1}', '{"a"::1}', '{"a":1 "b":2}', '{"a"=1}'),
    *("{a:1}", "{'a':1}", "{1:1}", "{null:1}", '{"a":1,,"b":2}', '{"a":}', "{:1}", '{"a":1}}', '{"a","b"}', '{"a":1]'),
    *(
        "{[]:1}",
        '{{"a":1}}',
        '["a":1]',
        "[1:2]",
        "[:]",
        "(1)",
        "<1>",
        "[1]x",
        '{"a":1}#',
        "[1][2]",
        "{}{}",
        "1 2",
        "[\n1",
    ),
    *("/* c */[]", "[]/* c */", "[1 // c\n]", "# c\n[]", "[-- c\n]", "[1]\u00a0", "\u00a0[]", "\u2028[]", "[\u000b]"),
    *("[\f1]", " ", "\n", "*", "...", "<html></html>", "a=1&b=2", "---\na: 1", ",", ":", "[...]", "{...}"),
)
_DEPTHS = ("[", '{"a":', '[{"a":')
_SPACES = ("", " ", "\t", "\n", "\r", "\r\n \t")
_GOOD_NUMBERS = (
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "0.5",
    "-0.5",
    "1e2",
    "1E2",
    "1e+2",
    "1e-2",
    "1.5e10",
    "123456789",
    "0e1",
    "0.0",
)
_GOOD_STRINGS = (
    *('""', '"a"', '"\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0041"', '"\\u00e9"', '"\\uD83D\\uDE00"'),
    *(
        '"\u00e9"',
        '"\U0001f600"',
        '"\u2028"',
        '"\u007f"',
        '"\\u007F"',
        '"/"',
        '"\\u2029"',
        '"\ufeff"',
        '"[{,}]"',
        '" "',
    ),
)
_BYTES = (
    b"\xff",
    b"\xc3",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x82",
    b"\x80",
    b"\xf8\x88\x80\x80\x80",
)


def malformed() -> Iterator[bytes]:
    """What must be refused as unreadable: alone, in a list, as a value, as a name."""
    for text in (*_NUMBERS, *_STRINGS, *_WORDS):
        yield text.encode()
        yield f"[{text}]".encode()
        yield f'{{"a":{text}}}'.encode()
    yield from (f"{{{text}:1}}".encode() for text in (*_STRINGS, *_WORDS))
    yield from (text.encode() for text in _STRUCTURES)
    yield from (prefix.encode() * 20 for prefix in _DEPTHS)
    for raw in _BYTES:
        yield raw
        yield b'["' + raw + b'"]'
        yield b'{"' + raw + b'":1}'
    yield b"\xef\xbb\xbf{}"
    yield from ("{}".encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"))
    yield from (
        b'{"a":"\\ud800"}',
        b'{"a":"\\udc00"}',
        b'{"a":"\\ud800\\ud800"}',
        b'{"\\udfff":1}',
        b'["\\udc00\\ud800"]',
    )
    yield from (b'{"a":1,"a":2}', b'{"a":1,"\\u0061":1}', b'[{"a":{"b":1,"b":1}}]')


def legal() -> Iterator[bytes]:
    """What must be read, whatever is said of it then."""
    values = [*_GOOD_NUMBERS, *_GOOD_STRINGS, "true", "false", "null", "[]", "{}"]
    yield from (value.encode() for value in values)
    for value, space in itertools.product(values, _SPACES[:2]):
        yield f"[{space}{value}{space}]".encode()
        yield f'{{{space}"a"{space}:{space}{value}{space}}}'.encode()
    for space in _SPACES:
        yield f'{space}[{space}1{space},{space}"a"{space}]{space}'.encode()
        yield space.join(("", "{", '"a"', ":", "[", "]", ",", '"b"', ":", "{}", "}", "")).encode()
    yield from (f"{{{text}:0}}".encode() for text in _GOOD_STRINGS)
    yield json.dumps({str(number): number for number in range(500)}).encode()
    yield b"[" * 20 + b"]" * 20


def undefined() -> Iterator[bytes]:
    """What the grammar leaves to the parser: anything but a failure of the server."""
    yield from (b"1e400", b"[-1e400]", b"[" + b"9" * 400 + b"]", b"[0." + b"1" * 400 + b"]", b'{"a":1e-400}')
    yield from (b'["\\u0000"]', b'{"":0}', b'["\\uFFFE"]', b'["\\uDBFF\\uDFFE"]', b'{"a":' + b" " * 5000 + b"1}")
