from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    user_id: str
    role: str
    session_id: str
