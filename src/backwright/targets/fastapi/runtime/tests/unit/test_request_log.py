import json

import psycopg
import pytest

from services.external.log import described
from services.data.batch import Failed, Result


def test_the_values_of_a_row_and_of_earlier_results_are_not_logged() -> None:
    cause = psycopg.errors.NotNullViolation('null value in column "x"\nDETAIL:  Failing row contains (canary).')
    failed = Failed(cause, [Result([(b"canary",)], 1)])
    with pytest.raises(Failed) as found:
        raise failed from cause
    text = json.dumps(described(found.value))
    assert "canary" not in text
    assert "null value in column" in text
    assert '"code": "23502"' in text


def test_an_error_is_logged_with_its_place() -> None:
    with pytest.raises(ValueError, match="wrong") as found:
        raise ValueError("wrong")
    error = described(found.value)
    assert (error["name"], error["message"]) == ("ValueError", "wrong")
    assert "test_request_log.py" in str(error["stack"])
