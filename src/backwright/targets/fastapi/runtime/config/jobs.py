from typing import Literal

from pydantic import BaseModel

from config.settings import Count, checked


class JobSettings(BaseModel):
    jobs: Literal["on", "off"] = "on"
    jobs_poll_ms: Count = 1000


job_settings = checked(JobSettings)
