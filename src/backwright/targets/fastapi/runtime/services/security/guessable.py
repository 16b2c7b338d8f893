import re
import unicodedata
from collections.abc import Callable, Set

from config.application import TITLE
from services.business.problem import Fault, invalid
from services.security.common_passwords import COMMON_PASSWORDS

MOST_PIECES = 2
SHORTEST = 3
# What stands before the @ of an address may be so long (RFC 5321, 4.5.3.1).
LONGEST = 64
LONGEST_UNIT = 8

ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
ZIGZAGS = ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p")
RUNS = tuple(run for row in (*ROWS, *ZIGZAGS) for run in (row, row[::-1]))
DIGITS = re.compile(r"[0-9]{1,4}")

WRITTEN_AS = str.maketrans("@431!0$57", "aaeiiosst")
BETWEEN_WORDS = re.compile(r"[ -/:-@\[-`{-~]")


def refuse_guessable(password: str, login: str, pointer: str) -> None:
    """Refuses a password that everybody would try first: see `documentation/security.md`."""
    if is_guessable(password, login):
        raise invalid([Fault(pointer=pointer, message="can be guessed")])


def is_guessable(password: str, login: str) -> bool:
    """Whether it repeats something short, or is put together from at most two pieces that are common or its owner's."""
    names = {name for name in (_plain(TITLE), _plain(login.partition("@")[0])) if len(name) >= SHORTEST}
    lower = unicodedata.normalize("NFKC", password).lower()
    for written in (lower, lower.translate(WRITTEN_AS)):
        text = _plain(written) or written
        if _repeats(text) or _is_made_of_few(text, names):
            return True
    return False


def _plain(text: str) -> str:
    """In small letters, without what stands between words."""
    return BETWEEN_WORDS.sub("", text.lower())


def _repeats(text: str) -> bool:
    return any(text[unit:] == text[:-unit] for unit in range(1, min(LONGEST_UNIT, len(text) // 2) + 1))


def _is_made_of_few(text: str, names: Set[str]) -> bool:
    pieces: set[str] = set()
    at = 0
    while at < len(text) and len(pieces) <= MOST_PIECES:
        run = _longest(text, at, lambda piece: len(set(piece)) == 1 or any(piece in row for row in RUNS))
        word = _longest(text, at, lambda piece: piece in COMMON_PASSWORDS or piece in names)
        digits = DIGITS.match(text, at)
        length = max(run, word) or (len(digits[0]) if digits else 1)
        pieces.add("run" if run and run >= word else text[at : at + length])
        at += length
    return len(pieces) <= MOST_PIECES


def _longest(text: str, at: int, is_one: Callable[[str], bool]) -> int:
    """How many characters from here on the longest piece of a kind has; 0 where there is none."""
    for length in range(min(LONGEST, len(text) - at), SHORTEST - 1, -1):
        if is_one(text[at : at + length]):
            return length
    return 0
