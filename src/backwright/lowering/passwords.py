"""The passwords that everybody tries first.

`common-passwords.txt` holds the 3,000 most frequent ones of four small letters and digits or more from the list of
`@zxcvbn-ts/language-common` 4.1.3 (MIT), without words that name an application's domain.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from backwright.plan.model import Plan

__all__ = ["common_passwords", "known_name"]

# As long as the longest piece that a password is searched for.
_LONGEST = 64


@cache
def common_passwords() -> str:
    """Separated by blanks, the most frequent first.

    A new password has at least 15 characters, and hardly a common one is as long. So a password is refused where it is
    put together from at most two different pieces: a common password, a run of keys or of the alphabet, up to four
    digits, a single character, the application's name, the local part of the login; repetitions count once. Four
    different words stay what they are, a good password (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0, 6.2.4 and 6.2.11).
    """
    return " ".join((files(__package__) / "common-passwords.txt").read_text(encoding="ascii").split())


def known_name(plan: Plan) -> str:
    """The application's name as people know and type it, composed as passwords are before they are compared (NFKC)."""
    return unicodedata.normalize("NFKC", plan.name)[:_LONGEST]
