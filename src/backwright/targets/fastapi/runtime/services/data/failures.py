import re

from database.models.constraints import UNIQUE_MEMBERS
from services.business.problem import Fault, conflict, forbidden, invalid, unavailable
from services.data.batch import Failed, Unreachable

TRANSIENT = re.compile(r"08(?!P01)|53|55P03|57|58|40001|40P01|25006|25P0[34]")


def translated(error: Exception) -> Exception:
    """What a database error means to the caller (PostgreSQL, Appendix A); anything unknown is passed on as it is."""
    if isinstance(error, Unreachable):
        return unavailable()
    return _refused(error) if isinstance(error, Failed) else error


def _refused(failure: Failed) -> Exception:
    code = failure.error.sqlstate or ""
    diagnosis = failure.error.diag
    match code:
        case "23505":
            return conflict("already_exists", "Another row has this value already.", _taken(diagnosis.constraint_name))
        case "23503" if diagnosis.column_name:
            return invalid([Fault(pointer=f"/{diagnosis.column_name}", message="refers to nothing that you can see")])
        case "23503":
            return conflict("in_use", "Other rows still refer to this one.")
        case "23514":
            return invalid([Fault(pointer="", message=f"breaks the rule {diagnosis.constraint_name or ''}".strip())])
        case "22003":
            return invalid([Fault(pointer="", message="a number is out of range")])
        case "42501":
            return forbidden()
        case _:
            return unavailable() if TRANSIENT.match(code) else failure


def unknown_reference(failure: Failed) -> Exception:
    """A new row names a row that is not there; where nobody may see such rows, only the foreign key can tell."""
    if failure.error.sqlstate == "23503" and not failure.error.diag.column_name:
        return invalid([Fault(pointer="", message="refers to nothing that is there")])
    return failure


def _taken(index: str | None) -> list[Fault]:
    """By the index: PostgreSQL keeps the key itself to itself where row-level security is on."""
    return [Fault(pointer=pointer, message="is taken") for pointer in UNIQUE_MEMBERS.get(index or "", ())]


