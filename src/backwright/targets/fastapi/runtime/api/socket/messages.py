from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from api.middleware.strict_json import parse_json
from database.models.fields import ABSENT, Body, text, uuid
from services.business.problem import Problem

Id = Annotated[str, text(1, 64)]
Channel = Annotated[str, text(0, 200)]


class Subscribe(Body):
    type: Literal["subscribe"]
    id: Id
    channel: Channel
    # May be left out, and is no null.
    after: Annotated[str, uuid()] = ABSENT


class Unsubscribe(Body):
    type: Literal["unsubscribe"]
    id: Id
    channel: Channel


Message = Subscribe | Unsubscribe
MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])
ID: TypeAdapter[str] = TypeAdapter(Id)


def read_message(content: str) -> Message | str | None:
    """The message in a text frame; where it is none, the id that its sender may wait for."""
    try:
        value = parse_json(content.encode())
    except Problem:
        return None
    try:
        return MESSAGE.validate_python(value)
    except ValidationError:
        return _id_of(value)


def _id_of(value: Any) -> str | None:
    try:
        return ID.validate_python(value.get("id"), strict=True) if isinstance(value, dict) else None
    except ValidationError:
        return None
