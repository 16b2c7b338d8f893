from typing import Annotated

from pydantic import Field

from database.models.fields import Input, text, uuid
from database.queries.orders import orders
from services.business.perform import Step, perform, refuse_as, unknown_references
from services.data.database import Transaction
from services.data.uuid import uuid7

Note = Annotated[str, text(0, 500)]
ProductId = Annotated[str, uuid()]
Quantity = Annotated[int, Field(ge=1, le=99)]


class PlaceOrderLinesItem(Input):
    product_id: ProductId = Field(alias="productId")
    quantity: Quantity


class PlaceOrder(Input):
    note: Note | None = None
    lines: Annotated[list[PlaceOrderLinesItem], Field(min_length=1, max_length=100)]


async def place_order(tx: Transaction, given: PlaceOrder) -> bytes:
    payload = given.json_text()
    order_id = uuid7()
    return await perform(
        tx,
        "placeOrder",
        [
            Step(
                """with each_line as (
  select item._index, (item.value ->> 'productId')::uuid as product_id, (item.value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, _index)
)
select null from app.products
where id = any(array(select each_line.product_id from each_line))
order by id for no key update""",
                [payload],
            ),
            Step(
                """with each_item as (
  select item._index, (item.value ->> 'productId')::uuid as product_id, (item.value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, _index)
)
select '/lines/' || each_item._index - 1 || '/productId'
from each_item
where each_item.product_id is not null
  and (select true from app.products where products.id = each_item.product_id and ((products.status = 'active') or ((select app.user_role()) in ('staff', 'admin')))) is null""",
                [payload],
                unknown_references,
            ),
            Step(
                """with input as (select ($1::jsonb ->> 'note')::text as note)
insert into app.orders (id, customer_id, note)
select $2::uuid, (select app.user_id()), input.note
from input""",
                [payload, order_id],
            ),
            Step(
                """with each_line as (
  select item._index, (item.value ->> 'productId')::uuid as product_id, (item.value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, _index)
)
select '/lines/' || each_line._index - 1
from each_line
where not ((select r1.status from app.products r1 where r1.id = each_line.product_id) = 'active')""",
                [payload],
                refuse_as(409, "product_not_available"),
            ),
            Step(
                """with each_line as (
  select item._index, (item.value ->> 'productId')::uuid as product_id, (item.value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, _index)
),
wanted as (
  select each_line.product_id as id, sum(each_line.quantity) as stock from each_line group by 1
),
changed as (
update app.products set stock = products.stock - wanted.stock, updated_at = now()
from wanted
where products.id = any(array(select id from wanted))
  and products.id = wanted.id
  and (products.stock - wanted.stock) between 0 and 1000000
returning products.id
)
select '/lines/' || each_line._index - 1 || '/productId' from each_line where each_line.product_id not in (select id from changed)""",
                [payload],
                refuse_as(409, "out_of_stock"),
            ),
            Step(
                """with each_line as (
  select item._index, (item.value ->> 'productId')::uuid as product_id, (item.value ->> 'quantity')::bigint as quantity
  from jsonb_array_elements($1::jsonb -> 'lines') with ordinality as item (value, _index)
)
insert into app.order_lines (order_id, product_id, quantity, unit_price)
select $2::uuid, each_line.product_id, each_line.quantity, (select r1.price from app.products r1 where r1.id = each_line.product_id)
from each_line
order by each_line._index""",
                [payload, order_id],
            ),
            Step(
                """insert into internal.outbox (event, payload, subject)
select 'OrderPlaced', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid""",
                [order_id],
            ),
            Step(
                """insert into internal.calls (operation, call, input, named_rows)
select 'placeOrder', 'payments.authorize', jsonb_build_object('amount', ((select coalesce(sum(q.v), 0) from (select (r1.unit_price * r1.quantity) as v from app.order_lines r1 where r1.order_id = $1::uuid) q))::numeric(14, 2)::text, 'reference', $1::uuid), jsonb_build_object('order', $1::uuid)""",
                [order_id],
            ),
            Step(orders.read, [order_id]),
        ],
    )
