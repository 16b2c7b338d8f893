from typing import NamedTuple


class Caller(NamedTuple):
    user_id: str
    role: str
    # Empty where an API key acts.
    session_id: str
