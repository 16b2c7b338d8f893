from services.business.perform import Called, Step, perform, refuse_as, unless_pending
from services.data.database import Transaction


async def place_order_approved(tx: Transaction, call: Called) -> bytes:
    return await perform(
        tx,
        "placeOrder.approved",
        [
            Step(
                """update internal.calls set state = 'done', outcome = 'approved', settled_at = now()
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
                """select ''
where not ((select r1.status from app.orders r1 where r1.id = $1::uuid) in ('pending'))""",
                [call.rows["order"]],
                refuse_as(409, "cancelled_meanwhile"),
            ),
            Step(
                """with changed as (
update app.orders set status = 'paid', updated_at = now()
where orders.id = $1::uuid
returning orders.id
)
select '' where not exists (select from changed)""",
                [call.rows["order"]],
                refuse_as(409, "cancelled_meanwhile"),
            ),
            Step(
                """insert into internal.outbox (event, payload, subject)
select 'OrderPaid', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid""",
                [call.rows["order"]],
            ),
            Step("select null", []),
        ],
    )
