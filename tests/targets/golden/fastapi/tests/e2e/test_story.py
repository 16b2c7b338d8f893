import httpx

from tests.support.rows import insert_product, sign_in
from tests.support.unique import unique
from tests.support.visitor import Visitor


def test_when_place_order_has_begun_then_an_order_goes_its_way_to_the_end(client: httpx.Client) -> None:
    visitor = Visitor(client)
    session = visitor.tokens(visitor.registered())
    caller = visitor.account(session["accessToken"])
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    made = client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body)
    assert made.status_code == 201
    path = f"/v1/orders/{made.json()['id']}"
    staff_account = sign_in("staff")
    assert client.post(f"{path}/pay", auth=staff_account).status_code == 200
    assert client.post(f"{path}/ship", auth=staff_account).status_code == 200
    assert client.post(f"{path}/deliver", auth=staff_account).status_code == 200
    end = client.get(path, auth=caller)
    assert end.json()["status"] == "delivered"
    stranger = sign_in("customer")
    assert client.get(path, auth=stranger).status_code == 404
    assert visitor.log_out(session["accessToken"]).status_code == 204
    assert visitor.refresh(session["refreshToken"]).status_code == 401
