from services.business.perform import Called, Step, perform, refuse_as, unless_pending
from services.data.database import Transaction


async def place_order_declined(tx: Transaction, call: Called) -> bytes:
    return await perform(
        tx,
        "placeOrder.declined",
        [
            Step(
                """update internal.calls set state = 'done', outcome = 'declined', settled_at = now()
where id = $1::uuid and state = 'pending'
returning id""",
                [call.id],
                unless_pending,
            ),
            Step(
                """select null from app.orders
where id = any(array(select $1::uuid))
order by id for no key update""",
                [call.rows["order"]],
            ),
            Step(
                """select null from app.products
where id = any(array(select each_line.product_id from (select * from app.order_lines where order_id = $1::uuid) as each_line))
order by id for no key update""",
                [call.rows["order"]],
            ),
            Step(
                """select ''
where not ((select r1.status from app.orders r1 where r1.id = $1::uuid) in ('pending', 'paid'))""",
                [call.rows["order"]],
                refuse_as(409, "cancelled_meanwhile"),
            ),
            Step(
                """with changed as (
update app.orders set status = 'cancelled', updated_at = now()
where orders.id = $1::uuid
returning orders.id
)
select '' where not exists (select from changed)""",
                [call.rows["order"]],
                refuse_as(409, "cancelled_meanwhile"),
            ),
            Step(
                """with wanted as (
  select each_line.product_id as id, sum(each_line.quantity) as stock from (select * from app.order_lines where order_id = $1::uuid) as each_line group by 1
),
changed as (
update app.products set stock = products.stock + wanted.stock, updated_at = now()
from wanted
where products.id = any(array(select id from wanted))
  and products.id = wanted.id
  and (products.stock + wanted.stock) between 0 and 1000000
returning products.id
)
select distinct '' from (select * from app.order_lines where order_id = $1::uuid) as each_line where each_line.product_id not in (select id from changed)""",
                [call.rows["order"]],
                refuse_as(409, "conflict"),
            ),
            Step(
                """insert into internal.outbox (event, payload, subject)
select 'OrderCancelled', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid""",
                [call.rows["order"]],
            ),
            Step("select null", []),
        ],
    )
