import traceback

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict

from config.application import NAME
from config.settings import settings
from services.data.batch import Failed

QUIET = {"silent": "critical", "fatal": "critical"}


def described(error: BaseException) -> dict[str, object]:
    """Without what else a database error carries: the values of the row that failed."""
    message = str(error).split("\n", 1)[0]
    stack = "".join(traceback.format_tb(error.__traceback__))
    known = {"code": error.error.sqlstate} if isinstance(error, Failed) else {}
    cause = {"cause": described(error.__cause__)} if error.__cause__ else {}
    return {"name": type(error).__name__, "message": message, "stack": stack, **known, **cause}


def with_level(_logger: object, method: str, event: EventDict) -> EventDict:
    event["level"] = {"critical": "fatal", "warning": "warn"}.get(method, method)
    return event


structlog.configure(
    processors=[
        with_level,
        structlog.processors.TimeStamper("iso", utc=True, key="time"),
        structlog.processors.JSONRenderer(lambda event, **_: to_json(event)),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(QUIET.get(settings.log_level, settings.log_level)),
    logger_factory=structlog.ReturnLoggerFactory() if settings.log_level == "silent" else structlog.BytesLoggerFactory(),
    cache_logger_on_first_use=True,
)
log: structlog.typing.FilteringBoundLogger = structlog.get_logger(service=NAME)
