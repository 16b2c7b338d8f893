"""What of OWASP ASVS 5.0 is met, and the check of a gate that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.plan.model import Plan

__all__ = ["Met", "met"]

Where = Literal["everywhere", "accounts", "channels", "operations", "image"]


@dataclass(frozen=True, slots=True)
class Met:
    """A requirement by its id, in short; `checks` are the gate's own names for what it does."""

    id: str
    what: str
    gate: str
    checks: tuple[str, ...]
    where: Where = "everywhere"


_MET = (
    Met("1.2.4", "values reach SQL as parameters", "security", ("D1",)),
    Met("1.3.12", "no pattern takes long", "security", ("D19",)),
    Met("1.4.2", "numbers stay within their range", "security", ("D6",)),
    Met("1.5.1", "no XML is read", "security", ("D18",)),
    Met("1.5.3", "JSON is read in one way", "security", ("D10", "D11")),
    Met("2.2.1", "input is what the contract says", "contract", ("gate/contract-accepted",)),
    Met("2.3.3", "an operation happens whole or not at all", "faults", ("gate/faults-ledger",)),
    Met("2.3.4", "what is limited is not taken twice", "races", ("gate/races-limit",), "operations"),
    Met("2.4.1", "requests and attempts are limited", "security", ("F5", "F7")),
    Met("3.4.1", "HSTS", "security", ("E3",)),
    Met("3.4.2", "origins are named, character by character", "security", ("E1",)),
    Met("3.4.4", "`nosniff`", "security", ("E3",)),
    Met("4.1.1", "every answer says what it is", "security", ("E5", "D16")),
    Met("4.1.4", "only documented methods", "security", ("A13", "E7")),
    Met("4.2.1", "one length for a message", "security", ("D22",)),
    Met("4.4.2", "sockets look at the origin", "realtime", ("gate/realtime-hostile",), "channels"),
    Met("4.4.3", "sockets open with tokens of their own", "realtime", ("gate/realtime-ticket",), "channels"),
    Met("6.2.1", "passwords have a least length", "security", ("C5",), "accounts"),
    Met("6.2.3", "a change of the password takes the current one", "security", ("B21",), "accounts"),
    Met("6.2.4", "common passwords are refused", "security", ("C8",), "accounts"),
    Met("6.2.5", "no rules of composition", "security", ("C6",), "accounts"),
    Met("6.2.9", "long passwords are taken", "security", ("C5",), "accounts"),
    Met("6.3.1", "guessing is slowed down", "security", ("C3", "C4"), "accounts"),
    Met("6.3.2", "no account that everybody knows", "security", ("C12",), "accounts"),
    Met("6.3.8", "nobody learns who has an account", "security", ("C1", "C2"), "accounts"),
    Met("6.4.3", "a forgotten password is reset by a link that holds once", "security", ("C10",), "accounts"),
    Met("7.2.3", "references to sessions cannot be guessed", "security", ("B20",), "accounts"),
    Met("7.3.2", "sessions have an end", "security", ("B15",), "accounts"),
    Met("7.4.1", "a session that has ended opens nothing", "security", ("B16",), "accounts"),
    Met("7.4.2", "sessions end with their account", "security", ("B14",), "accounts"),
    Met("7.4.3", "a new password ends the other sessions", "security", ("B14", "C10"), "accounts"),
    Met("8.2.1", "functions are for roles", "policy", ("gate/policy-status",)),
    Met("8.2.2", "rows are for those who may", "policy", ("gate/policy-leak", "gate/policy-write")),
    Met("8.2.3", "members are for those who may", "security", ("A9", "A11")),
    Met("8.3.1", "rules are kept where callers cannot reach", "policy", ("gate/policy-row-security",)),
    Met("9.1.1", "tokens are checked by their signature", "security", ("B3",), "accounts"),
    Met("9.1.2", "one algorithm", "security", ("B1", "B2"), "accounts"),
    Met("9.1.3", "keys come from here alone", "security", ("B4", "B5", "B6"), "accounts"),
    Met("9.2.1", "tokens hold in their time", "security", ("B7",), "accounts"),
    Met("9.2.2", "tokens of one kind are no other", "security", ("B9",), "accounts"),
    Met("9.2.3", "tokens are for this application", "security", ("B8",), "accounts"),
    Met("10.4.5", "a refresh token that comes twice ends its session", "security", ("B12",), "accounts"),
    Met("11.4.2", "passwords are kept as argon2id", "security", ("C9",), "accounts"),
    Met("13.2.2", "the server's role may do what it must", "schema", ("gate/schema-role",)),
    Met(
        "13.2.4",
        "the network lets through what is needed",
        "infrastructure",
        ("gate/infrastructure-kubernetes",),
        "image",
    ),
    Met("13.3.1", "no secret in files; which store holds them is decided where it runs", "security", ("J6",)),
    Met("13.4.2", "no debugging in production", "security", ("J7",)),
    Met("13.4.4", "no TRACE", "security", ("A13",)),
    Met("13.4.6", "no versions in answers", "security", ("E3",)),
    Met("14.2.1", "no token of a session in an address", "security", ("B11",), "accounts"),
    Met("14.2.2", "no cache on the way keeps what one caller sees", "security", ("E4",)),
    Met("15.2.2", "dear requests are bounded", "security", ("F9",)),
    Met("15.3.1", "answers have the members that they should", "security", ("A9",)),
    Met("15.3.3", "no member more is written", "security", ("A8",)),
    Met("15.3.5", "types are strict", "security", ("D2", "D5")),
    Met("15.3.6", "no pollution of prototypes", "security", ("D14",)),
    Met("15.4.2", "a check and what follows from it are one", "races", ("gate/races-version",)),
    Met("16.2.5", "no secret in the log", "security", ("J5",)),
    Met("16.3.1", "who signs in, or fails to, is in the log", "security", ("J4",), "accounts"),
    Met("16.5.1", "errors tell nothing of the inside", "security", ("J1",)),
)


def met(plan: Plan, *, has_image: bool) -> tuple[Met, ...]:
    """Those that this application has something of."""
    there: dict[Where, bool] = {
        "everywhere": True,
        "accounts": plan.identity is not None,
        "channels": bool(plan.channels),
        "operations": bool(plan.operations),
        "image": has_image,
    }
    return tuple(each for each in _MET if there[each.where])
