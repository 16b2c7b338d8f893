export const outboxQueries = {
  claim: `with first as (
  select position from internal.outbox as event
  where state = 'pending' and due_at <= now() and event = any($3::text[]) and not exists (
    select from internal.outbox as earlier
    where earlier.subject = event.subject and earlier.state = 'pending' and earlier.position < event.position
  )
  order by position limit $1::bigint for update skip locked
)
update internal.outbox as event
set attempts = attempts + 1, due_at = now() + $2::bigint * interval '1 millisecond'
from first where event.position = first.position
returning event.position, event.attempts, event.id, event.event, event.subject, event.payload`,
  publish: `update internal.outbox set state = 'published', settled_at = now()
where position = $1 and attempts = $2 and state = 'pending'`,
  fail: `update internal.outbox
set state = case when attempts >= $3::bigint then 'dead' else 'pending' end,
  settled_at = case when attempts >= $3::bigint then now() end,
  due_at = now() + $4::bigint * power(2, least(attempts, 10) - 1) * (0.5 + random() / 2) * interval '1 millisecond'
where position = $1 and attempts = $2 and state = 'pending'
returning state`,
  purge: `delete from internal.outbox where position in (
  select position from (select position, settled_at from internal.outbox order by position limit 1000) as oldest
  where settled_at < now() - $1::bigint * interval '1 hour'
)`,
  lag: `select greatest(0, extract(epoch from now() - (
  select created_at from internal.outbox where state = 'pending' order by position limit 1
)))::text`,
};
