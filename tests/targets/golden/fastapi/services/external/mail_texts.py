from collections.abc import Mapping
from typing import NamedTuple


class MailText(NamedTuple):
    """`{link}` in the text stands for the application's page."""

    subject: str
    text: str
    page: str


# What is written to people, by the kind of mail.
MAIL_TEXTS: Mapping[str, MailText] = {
    "verification": MailText(
        "Confirm your address for Shop",
        """Somebody, probably you, has opened an account at Shop with this address.

To confirm that the address is yours, open this link within 24 hours:

{link}

If it was not you, ignore this mail: without the link nobody can log in.
""",
        "/verify",
    ),
    "registered": MailText(
        "You already have an account at Shop",
        """Somebody, probably you, has tried to open an account at Shop with this address, which has one already.

If it was you, log in, or choose a new password:

{link}

If it was not you, ignore this mail: nothing has changed.
""",
        "/forgot",
    ),
    "reset": MailText(
        "Choose a new password for Shop",
        """Somebody, probably you, has asked for a new password for your account at Shop.

To choose one, open this link within 15 minutes:

{link}

If it was not you, ignore this mail: your password stays as it is.
""",
        "/reset",
    ),
    "passwordChanged": MailText(
        "Your password for Shop has changed",
        """The password of your account at Shop has just been changed.

If it was not you, choose a new one at once:

{link}
""",
        "/forgot",
    ),
}
