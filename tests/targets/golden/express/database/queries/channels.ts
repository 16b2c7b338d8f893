export interface Channel {
  /** An address is this, an id and `after`; without a `member` it is this alone. */
  readonly before: string;
  readonly after: string;
  /** The member of events that tells the id. */
  readonly member?: string;
  readonly events: readonly string[];
  readonly check: string;
  readonly replay: string;
}

export const channels: readonly Channel[] = [
  {
    before: 'orders/',
    after: '',
    member: 'orderId',
    events: ['OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderDelivered', 'OrderCancelled'],
    check: `select orders.id from app.orders where orders.id = any($1::uuid[]) and ((orders.customer_id = (select app.user_id())) or ((select app.user_role()) in ('staff', 'admin')))`,
    replay: `with known as (
  select position, horizon, subject from internal.outbox where id = $2::uuid and event in ('OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderDelivered', 'OrderCancelled') and payload ->> 'orderId' = $3
), behind as (
  select * from internal.outbox
  where position > (select position from known)
  order by position
  limit 10000 + 1
), since as (
  select * from internal.outbox
  where transaction_id >= (select horizon from known)
  order by transaction_id
  limit 10000 + 1
), beyond as (
  select * from behind
  union all
  select * from since
  where position < (select position from known) and subject is distinct from (select subject from known)
), missed as (
  select * from beyond where pg_visible_in_snapshot(transaction_id, $1::pg_snapshot) and event in ('OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderDelivered', 'OrderCancelled') and payload ->> 'orderId' = $3
)
select case
  when exists (select from known) and (select count(*) from behind) <= 10000
    and (select count(*) from since) <= 10000 and count(*) <= 1000 then coalesce(json_agg(json_build_object('id', id, 'name', event, 'payload', payload) order by position), '[]')
end
from missed`,
  },
];

export const channelQueries = {
  snapshot: 'select pg_current_snapshot()',
  follow: `select pg_current_snapshot(), coalesce(json_agg(json_build_object('id', id, 'name', event, 'payload', payload) order by position), '[]')
from (
  select position, id, event, payload
  from internal.outbox
  where transaction_id >= pg_snapshot_xmin($1::pg_snapshot)
    and not pg_visible_in_snapshot(transaction_id, $1::pg_snapshot)
    and event in ('OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderDelivered', 'OrderCancelled')
  order by position
  limit 1000 + 1
) as news`,
  issueTicket: `with old as (
  delete from internal.socket_tickets where ctid = any(array(
    select ctid from internal.socket_tickets where expires_at < now() limit 100 for update skip locked
  ))
)
insert into internal.socket_tickets (digest, session_id, expires_at)
values ($1, $2, now() + $3::bigint * interval '1 second')`,
  redeemTicket: `with used as (
  delete from internal.socket_tickets where digest = $1
  returning session_id, expires_at
)
select session.id, account.id, account.role
from used
join internal.sessions as session on session.id = used.session_id
join app.users as account on account.id = session.user_id
where used.expires_at > now() and session.revoked_at is null and session.expires_at > now()`,
  callers: `select session.id, account.id, account.role
from internal.sessions as session
join app.users as account on account.id = session.user_id
where session.id = any($1::uuid[]) and session.revoked_at is null and session.expires_at > now()`,
};
