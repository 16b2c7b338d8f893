import httpx
import pytest

from tests.support.answers import assert_same


@pytest.mark.parametrize(("method", "path"), [("GET", "/readyz"), ("GET", "/livez"), ("GET", "/v1/nowhere"), ("POST", "/readyz")])
def test_both_ways_to_the_database_answer_alike(client: httpx.Client, plain: httpx.Client, method: str, path: str) -> None:
    assert_same(client, plain, method, path)
