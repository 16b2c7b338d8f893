from typing import Annotated

from database.models.fields import Body, email, text

Email = Annotated[str, email(3, 254)]
Name = Annotated[str, text(1, 80)]
Password = Annotated[str, text(15, 128)]


class Registration(Body):
    """A new account: its profile, and a password of 15 characters or more (NIST SP 800-63B-4, 3.1.1.2)."""

    email: Email
    name: Name
    password: Password
