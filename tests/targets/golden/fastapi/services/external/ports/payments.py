from services.external.port_contracts import PaymentsAuthorizeInput, PaymentsAuthorizeOutcome


class RealPayments:
    """The way to the real system, which `PAYMENTS_ADAPTER=real` takes."""

    async def authorize(self, given: PaymentsAuthorizeInput, key: str) -> PaymentsAuthorizeOutcome:
        raise NotImplementedError("payments.authorize is not connected yet")
