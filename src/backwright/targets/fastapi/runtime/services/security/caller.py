from typing import NamedTuple


class Caller(NamedTuple):
    user_id: str
    role: str
    session_id: str
