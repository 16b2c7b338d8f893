from typing import Annotated

from pydantic import BaseModel, Field

from config.settings import checked


class CacheSettings(BaseModel):
    # 0 keeps nothing.
    response_cache_bytes: Annotated[int, Field(ge=0)] = 16_777_216


CACHE_BYTES = checked(CacheSettings).response_cache_bytes
