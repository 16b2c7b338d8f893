export const callQueries = {
  claim: `with due as (
  select id from internal.calls
  where state = 'pending' and due_at <= now() and operation = any($3::text[]) and call = any($4::text[])
  order by due_at limit $1::bigint for update skip locked
)
update internal.calls as call
set attempts = attempts + 1, due_at = now() + $2::bigint * interval '1 millisecond'
from due where call.id = due.id
returning call.id, call.attempts, call.operation, call.call, call.input, call.named_rows`,
  fail: `update internal.calls
set state = case when attempts >= $3::bigint then 'dead' else 'pending' end,
  settled_at = case when attempts >= $3::bigint then now() end,
  due_at = now() + $4::bigint * power(2, least(attempts, 10) - 1) * (0.5 + random() / 2) * interval '1 millisecond'
where id = $1 and attempts = $2 and state = 'pending'
returning state`,
  refuse: `update internal.calls set state = 'refused', outcome = $3, settled_at = now()
where id = $1 and attempts = $2 and state = 'pending'`,
  purge: `delete from internal.calls where id in (
  select id from (select id, settled_at from internal.calls order by id limit 1000) as oldest
  where settled_at < now() - $1::bigint * interval '1 hour'
)`,
  lag: `select greatest(0, extract(epoch from now() - min(due_at)))::text
from internal.calls where state = 'pending'`,
};
