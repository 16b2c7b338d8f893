import type { Transaction } from '../data/database.js';
import { type Called, perform, refuseAs, unlessPending } from './perform.js';

export function placeOrderApproved(tx: Transaction, call: Called): Promise<string> {
  return perform(tx, 'placeOrder.approved', [
    {
      text: `update internal.calls set state = 'done', outcome = 'approved', settled_at = now()
where id = $1::uuid and state = 'pending'
returning id`,
      values: [call.id],
      refuse: unlessPending,
    },
    {
      text: `select null from app.orders
where id = any(array(select $1::uuid))
order by id for no key update`,
      values: [call.rows.order],
    },
    {
      text: `select ''
where not ((select r1.status from app.orders r1 where r1.id = $1::uuid) in ('pending'))`,
      values: [call.rows.order],
      refuse: refuseAs(409, 'cancelled_meanwhile'),
    },
    {
      text: `with changed as (
update app.orders set status = 'paid', updated_at = now()
where orders.id = $1::uuid
returning orders.id
)
select '' where not exists (select from changed)`,
      values: [call.rows.order],
      refuse: refuseAs(409, 'cancelled_meanwhile'),
    },
    {
      text: `insert into internal.outbox (event, payload, subject)
select 'OrderPaid', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid`,
      values: [call.rows.order],
    },
    { text: 'select null', values: [] },
  ]);
}
