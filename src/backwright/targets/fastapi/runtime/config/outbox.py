from typing import Literal

from pydantic import BaseModel

from config.settings import Count, checked


class OutboxSettings(BaseModel):
    outbox: Literal["on", "off"] = "on"
    outbox_poll_ms: Count = 1000
    outbox_lease_ms: Count = 30_000
    outbox_attempts: Count = 12
    outbox_retry_ms: Count = 1000
    outbox_retention_hours: Count = 720


outbox_settings = checked(OutboxSettings)
