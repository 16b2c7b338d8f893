import json
import re
from collections.abc import Callable
import datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, model_validator
from pydantic_core import PydanticCustomError

# The default of a member that may be left out of a change; it is never stored.
ABSENT: Any = None


class Body(BaseModel):
    """What a client sends: nothing is converted, nothing unknown is taken."""

    model_config = ConfigDict(strict=True, extra="forbid", validate_by_name=False, validate_by_alias=True)

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True)


class Patch(Body):
    """A change of some of the fields; at least one."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.model_fields_set:
            raise refused("is empty")
        return self

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class Input(Body):
    """What an operation takes; a member that was left out stays out."""

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_unset=True)


def refused(message: str) -> PydanticCustomError:
    return PydanticCustomError("refused", message)


def _matching(pattern: str, convert: Callable[[str], str] = str) -> AfterValidator:
    form = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise refused("has the wrong form")
        return convert(value)

    return AfterValidator(check)


# Blanks and control characters by their numbers: what `\s` means differs from language to language.
VISIBLE = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"


def text(minimum: int, maximum: int, pattern: str | None = None) -> AfterValidator:
    """Text without NUL, its length counted in code points."""
    form = re.compile(pattern, re.ASCII) if pattern else None

    def check(value: str) -> str:
        if "\0" in value:
            raise refused("holds a NUL character")
        if len(value) < minimum:
            raise refused(f"has fewer than {minimum} characters")
        if len(value) > maximum:
            raise refused(f"has more than {maximum} characters")
        if form and not form.search(value):
            raise refused("has the wrong form")
        return value

    return AfterValidator(check)


def email(minimum: int, maximum: int) -> AfterValidator:
    """An address as people type it (HTML, 4.10.5.1.5), in lower case."""
    checked = text(minimum, maximum, r"\A[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z").func
    return AfterValidator(lambda value: checked(value).lower())  # type: ignore[call-arg]


def url(minimum: int, maximum: int) -> AfterValidator:
    return text(minimum, maximum, rf"\Ahttps?://{VISIBLE}+\Z")


def slug(minimum: int, maximum: int) -> AfterValidator:
    return text(minimum, maximum, r"\A[a-z0-9]+(-[a-z0-9]+)*\Z")


def phone(minimum: int, maximum: int) -> AfterValidator:
    """ITU-T E.164 with its plus sign."""
    return text(minimum, maximum, r"\A\+[1-9][0-9]{6,14}\Z")


def whole_number() -> AfterValidator:
    """A whole number in a query string."""

    def check(value: str) -> str:
        if not re.fullmatch(r"-?\d{1,16}", value, re.ASCII):
            raise refused("has the wrong form")
        if abs(int(value)) >= 2**53:
            raise refused("is out of range")
        return value

    return AfterValidator(check)


def decimal(
    precision: int,
    scale: int,
    *,
    minimum: str | None = None,
    maximum: str | None = None,
    above: str | None = None,
    below: str | None = None,
) -> AfterValidator:
    """An exact decimal as a string: at most `precision` digits, `scale` of them behind the point."""
    whole = rf"\d{{1,{precision - scale}}}" if precision > scale else "0"
    fraction = rf"(\.\d{{1,{scale}}})?" if scale else ""
    form = re.compile(f"-?{whole}{fraction}", re.ASCII)

    def check(value: str) -> str:
        if not form.fullmatch(value):
            raise refused("has the wrong form")
        number = Decimal(value)
        if minimum is not None and number < Decimal(minimum):
            raise refused(f"is less than {minimum}")
        if maximum is not None and number > Decimal(maximum):
            raise refused(f"is more than {maximum}")
        if above is not None and number <= Decimal(above):
            raise refused(f"is not more than {above}")
        if below is not None and number >= Decimal(below):
            raise refused(f"is not less than {below}")
        return value

    return AfterValidator(check)


def uuid() -> AfterValidator:
    return _matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", str.lower)


def date() -> AfterValidator:
    def check(value: str) -> str:
        try:
            datetime.date.fromisoformat(value.replace("0000", "2000", 1))
        except ValueError:
            raise refused("has the wrong form") from None
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise refused("has the wrong form")
        if value.startswith("0000"):
            raise refused("is before the year 1")
        return value

    return AfterValidator(check)


INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


def timestamp() -> AfterValidator:
    """An instant (RFC 3339), as UTC with milliseconds."""

    def check(value: str) -> str:
        form = INSTANT.fullmatch(value)
        if form is None:
            raise refused("has the wrong form")
        second, fraction, zone = form.groups()
        milliseconds = ((fraction or "") + "000")[:3]
        try:
            instant = datetime.datetime.fromisoformat(f"{second}.{milliseconds}{zone}").astimezone(datetime.UTC)
        except OverflowError:
            raise refused("is out of range") from None
        except ValueError:
            raise refused("is out of range" if second.startswith("0000") else "has the wrong form") from None
        return instant.isoformat(timespec="milliseconds").removesuffix("+00:00").zfill(23) + "Z"

    return AfterValidator(check)


# An escaped NUL, and not the end of an escaped backslash.
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _something(value: JsonValue) -> JsonValue:
    """Any JSON value but null, without NUL; a number too large to be one is read as infinity."""
    if value is None:
        raise refused("is null")
    try:
        written = json.dumps(value, allow_nan=False)
    except ValueError:
        raise refused("has the wrong form") from None
    if NUL.search(written):
        raise refused("holds a NUL character")
    return value


Json = Annotated[JsonValue, AfterValidator(_something)]
