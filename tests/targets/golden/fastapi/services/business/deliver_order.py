from database.queries.orders import orders
from services.business.perform import Step, perform, unless_movable, unless_moved
from services.data.database import Transaction


async def deliver_order(tx: Transaction, row_id: str) -> bytes:
    return await perform(
        tx,
        "orders.deliver",
        [
            Step(
                """select coalesce((select app.user_role()) in ('staff', 'admin'), false), orders.status in ('shipped')
from app.orders where orders.id = $1::uuid""",
                [row_id],
                unless_movable,
            ),
            Step(
                """update app.orders set status = 'delivered', updated_at = now()
where orders.id = $1::uuid and orders.status in ('shipped')
returning orders.id""",
                [row_id],
                unless_moved,
            ),
            Step(
                """insert into internal.outbox (event, payload, subject)
select 'OrderDelivered', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid""",
                [row_id],
            ),
            Step(orders.read, [row_id]),
        ],
    )
