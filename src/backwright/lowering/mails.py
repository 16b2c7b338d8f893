"""What a backend writes to people: kinds of mails, as every stack sends them."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.plan.model import Plan

__all__ = ["Mail", "mails"]


@dataclass(frozen=True, slots=True)
class Mail:
    """`{link}` in the text is the application's page, with the token in its fragment where the mail has one."""

    kind: str
    subject: str
    text: str
    page: str


_MAILS = (
    Mail(
        "verification",
        "Confirm your address for {name}",
        "Somebody, probably you, has opened an account at {name} with this address.\n\n"
        "To confirm that the address is yours, open this link within 24 hours:\n\n{{link}}\n\n"
        "If it was not you, ignore this mail: without the link nobody can log in.\n",
        "/verify",
    ),
    Mail(
        "registered",
        "You already have an account at {name}",
        "Somebody, probably you, has tried to open an account at {name} with this address, which has one already.\n\n"
        "If it was you, log in, or choose a new password:\n\n{{link}}\n\n"
        "If it was not you, ignore this mail: nothing has changed.\n",
        "/forgot",
    ),
    Mail(
        "reset",
        "Choose a new password for {name}",
        "Somebody, probably you, has asked for a new password for your account at {name}.\n\n"
        "To choose one, open this link within 15 minutes:\n\n{{link}}\n\n"
        "If it was not you, ignore this mail: your password stays as it is.\n",
        "/reset",
    ),
    Mail(
        "passwordChanged",
        "Your password for {name} has changed",
        "The password of your account at {name} has just been changed.\n\n"
        "If it was not you, choose a new one at once:\n\n{{link}}\n",
        "/forgot",
    ),
)


def mails(plan: Plan) -> tuple[Mail, ...]:
    """Every kind, named after the application; none where nobody signs in."""
    if plan.identity is None:
        return ()
    return tuple(
        Mail(each.kind, each.subject.format(name=plan.name), each.text.format(name=plan.name), each.page)
        for each in _MAILS
    )
