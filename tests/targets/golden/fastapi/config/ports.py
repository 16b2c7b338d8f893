from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from config.settings import checked, settings

# Production takes no sandbox that nobody asked for.
UNLESS_TOLD = "" if settings.environment == "production" else "sandbox"


def _adapter(*outcomes: str) -> Callable[[str], str]:
    """Who answers the calls of a port, and what a sandbox is to say."""
    known = ("real", "sandbox", *(f"sandbox:{outcome}" for outcome in outcomes))

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"is none of {', '.join(known)}")
        return value

    return check


class PortSettings(BaseModel):
    payments_adapter: Annotated[str, AfterValidator(_adapter("approved", "declined"))] = Field(
        UNLESS_TOLD, validate_default=True
    )


port_settings = checked(PortSettings)
