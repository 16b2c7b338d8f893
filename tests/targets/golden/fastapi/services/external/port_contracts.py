from typing import Literal, Protocol, TypedDict


class PaymentsAuthorizeInput(TypedDict):
    amount: str
    reference: str


PaymentsAuthorizeOutcome = Literal["approved", "declined"]


class PaymentsPort(Protocol):
    """Calls repeat, after a failure or a crash, with the same key: what they ask for must happen once."""

    async def authorize(self, given: PaymentsAuthorizeInput, key: str, /) -> PaymentsAuthorizeOutcome: ...
