from typing import Literal

from pydantic import BaseModel

from config.settings import Count, checked


class CallSettings(BaseModel):
    calls: Literal["on", "off"] = "on"
    calls_poll_ms: Count = 1000
    calls_lease_ms: Count = 30_000
    calls_attempts: Count = 12
    calls_retry_ms: Count = 1000
    calls_retention_hours: Count = 720


call_settings = checked(CallSettings)
