import { orders } from '../../database/queries/orders.js';
import type { Transaction } from '../data/database.js';
import { perform, unlessMovable, unlessMoved } from './perform.js';

export function payOrder(tx: Transaction, id: string): Promise<string> {
  return perform(tx, 'orders.pay', [
    {
      text: `select coalesce((select app.user_role()) in ('staff', 'admin'), false), orders.status in ('pending')
from app.orders where orders.id = $1::uuid`,
      values: [id],
      refuse: unlessMovable,
    },
    {
      text: `update app.orders set status = 'paid', updated_at = now()
where orders.id = $1::uuid and orders.status in ('pending')
returning orders.id`,
      values: [id],
      refuse: unlessMoved,
    },
    {
      text: `insert into internal.outbox (event, payload, subject)
select 'OrderPaid', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid`,
      values: [id],
    },
    { text: orders.read, values: [id] },
  ]);
}
