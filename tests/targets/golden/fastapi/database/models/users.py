from typing import Annotated

from database.models.fields import ABSENT, Patch, text

Name = Annotated[str, text(1, 80)]


class UserUpdate(Patch):
    name: Name = ABSENT
