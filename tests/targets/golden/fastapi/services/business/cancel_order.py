from database.queries.orders import orders
from services.business.perform import Step, perform, refuse_as, unless_movable, unless_moved
from services.data.database import Transaction


async def cancel_order(tx: Transaction, row_id: str) -> bytes:
    return await perform(
        tx,
        "orders.cancel",
        [
            Step(
                """select (coalesce(orders.customer_id = (select app.user_id()), false) or coalesce((select app.user_role()) in ('staff', 'admin'), false)), orders.status in ('pending', 'paid')
from app.orders where orders.id = $1::uuid""",
                [row_id],
                unless_movable,
            ),
            Step(
                """update app.orders set status = 'cancelled', updated_at = now()
where orders.id = $1::uuid and orders.status in ('pending', 'paid')
returning orders.id""",
                [row_id],
                unless_moved,
            ),
            Step(
                """select null from app.products
where id = any(array(select each_line.product_id from (select * from app.order_lines where order_id = $1::uuid) as each_line))
order by id for no key update""",
                [row_id],
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
                [row_id],
                refuse_as(409, "conflict"),
            ),
            Step(
                """insert into internal.outbox (event, payload, subject)
select 'OrderCancelled', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid""",
                [row_id],
            ),
            Step(orders.read, [row_id]),
        ],
    )
