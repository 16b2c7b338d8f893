import { orders } from '../../database/queries/orders.js';
import type { Transaction } from '../data/database.js';
import { perform, unlessMovable, unlessMoved } from './perform.js';

export function deliverOrder(tx: Transaction, id: string): Promise<string> {
  return perform(tx, 'orders.deliver', [
    {
      text: `select coalesce((select app.user_role()) in ('staff', 'admin'), false), orders.status in ('shipped')
from app.orders where orders.id = $1::uuid`,
      values: [id],
      refuse: unlessMovable,
    },
    {
      text: `update app.orders set status = 'delivered', updated_at = now()
where orders.id = $1::uuid and orders.status in ('shipped')
returning orders.id`,
      values: [id],
      refuse: unlessMoved,
    },
    {
      text: `insert into internal.outbox (event, payload, subject)
select 'OrderDelivered', jsonb_build_object('orderId', $1::uuid), 'orders/' || $1::uuid`,
      values: [id],
    },
    { text: orders.read, values: [id] },
  ]);
}
