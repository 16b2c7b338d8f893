import time

import pytest

from config.application import TITLE
from services.security.guessable import is_guessable

LOGIN = "jo.miller@example.com"


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "Password12345678", "P@ssw0rd-P@ssw0rd", "password password 2026", "qwertyuiopasdfghjkl"),
        *("123456789012345", "zyxwvutsrqponml", "1qaz2wsx3edc4rfv", "iloveyou iloveyou!", "abc123abc123abc123"),
        *("xkzxkzxkzxkzxkz", "!!!!!!!!!!!!!!!", "😀" * 15, TITLE * 5, f"{TITLE}-1234567890123"),
        *("jo.miller-jo.miller", "JoMiller12345678"),
    ],
)
def test_what_is_made_of_one_or_two_common_pieces_can_be_guessed(password: str) -> None:
    assert is_guessable(password, LOGIN)


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery staple", "a long enough password", "kfjwoenvpalsmqz", "839472910384756"),
        *("שלום עולם יפה מאוד", "😀🎉🚀🐈🌲🍎🎸⚽🏠📚🔑🧠🌈🎯🧊", "tr0ub4dor & company", "Rainy-Kettle-Orbit-42"),
    ],
)
def test_anything_else_is_taken_whatever_it_is_composed_of(password: str) -> None:
    assert not is_guessable(password, LOGIN)


def test_long_repetitive_passwords_are_judged_in_no_time() -> None:
    started = time.monotonic()
    for password in ("abcabd" * 21, "1234567" * 18, "\ufdfa" * 128, "pass1word" * 14):
        is_guessable(password, LOGIN)
    assert time.monotonic() - started < 0.5
