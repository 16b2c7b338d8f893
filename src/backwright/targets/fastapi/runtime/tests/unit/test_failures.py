import psycopg
import pytest
from psycopg.errors import lookup

from services.business.problem import Problem
from services.data.batch import Failed, Unreachable
from services.data.failures import translated


def failed(code: str) -> Failed:
    return Failed(lookup(code)("failed"), [])


@pytest.mark.parametrize("code", ["08006", "25006", "40P01", "53300", "57014", "58030"])
def test_while_the_database_cannot_answer_neither_can_the_server(code: str) -> None:
    problem = translated(failed(code))
    assert isinstance(problem, Problem)
    assert problem.status == 503


def test_a_lost_connection_is_a_problem_that_passes() -> None:
    problem = translated(Unreachable("gone"))
    assert isinstance(problem, Problem)
    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})


@pytest.mark.parametrize("code", ["08P01", "22P02", "23502", "42601", "42P01", "XX000"])
def test_nothing_is_made_of_a_fault_of_the_server_itself(code: str) -> None:
    error = failed(code)
    assert translated(error) is error


def test_what_is_no_error_of_the_database_is_passed_on() -> None:
    error = psycopg.ProgrammingError("other")
    assert translated(error) is error
