"""What names of fields say: the only place of the panel where words of a natural language stand.

A name is taken apart where its capitals are; a rule that reads names says so in its explanation.
"""

from __future__ import annotations

from backwright.plan.naming import snake

__all__ = ["CREDENTIALS", "IDENTIFIERS", "INTERVALS", "KEYS", "PERSONAL", "TIMES", "says", "words"]

# Who knows the value can act as somebody else.
CREDENTIALS = frozenset("password|passphrase|secret|token|api key|private key|pin|credential".split("|"))
# Numbers that others give to a person or an account; misused once known.
IDENTIFIERS = frozenset(
    (
        "iban|ssn|social security number|passport|passport number|tax id|tax number|national id|id number|card number|"
        "account number|license number|licence number|driving licence"
    ).split("|")
)
# What describes a person where it stands on the account.
PERSONAL = frozenset(
    (
        "name|first name|last name|full name|family name|given name|surname|display name|birth date|date of birth|"
        "birthday|born|address|street|city|phone|mobile|gender"
    ).split("|")
)
# Names that a row is found by from outside.
KEYS = frozenset("code|slug|isbn|ean|barcode|serial number|vin|handle|username".split("|"))
# Days and instants.
TIMES = frozenset(
    (
        "date|day|time|birthday|deadline|timestamp|due date|start date|end date|birth date|starts at|ends at|due at|"
        "due on|born on|valid until|valid from|expires at"
    ).split("|")
)
# Where something begins, and where it ends.
INTERVALS = (
    ("start", "end"),
    ("starts", "ends"),
    ("begin", "end"),
    ("from", "to"),
    ("from", "until"),
    ("opens", "closes"),
    ("arrival", "departure"),
    ("check in", "check out"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("valid from", "valid until"),
    ("starts at", "ends at"),
    ("start date", "end date"),
)


def words(name: str) -> str:
    """`birthDate` to `birth date`."""
    return snake(name).replace("_", " ")


def says(name: str, among: frozenset[str]) -> bool:
    """Whether a name is one of these, or ends with one: `workPhone` is a phone, `phoneModel` is none."""
    said = words(name)
    return any(said == each or said.endswith(f" {each}") for each in among)
