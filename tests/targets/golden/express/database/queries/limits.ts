export const limitQueries = {
  lease: `insert into internal.rate_limits as held (key, used, leased, resets_at)
values ($1, least($3::bigint, $2::bigint), least($3::bigint, $2::bigint), now() + $4::bigint * interval '1 second')
on conflict (key) do update set
  used = case
    when held.resets_at > now() then greatest(held.used, least(held.used + excluded.leased, $2::bigint))
    else excluded.used
  end,
  leased = case
    when held.resets_at > now() then greatest(0, least(excluded.leased, $2::bigint - held.used))
    else excluded.leased
  end,
  resets_at = case when held.resets_at > now() then held.resets_at else excluded.resets_at end
returning leased, greatest(0, $2::bigint - used), ceil(extract(epoch from resets_at - now()) * 1000)`,
  sweep: `delete from internal.rate_limits where key in (
  select key from internal.rate_limits where resets_at < now() order by resets_at limit 10 for update skip locked
)`,
  leaseScript: `local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local leased = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - used))
if leased > 0 then
  redis.call('INCRBY', KEYS[1], leased)
  if used == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
return {leased, math.max(0, tonumber(ARGV[1]) - used - leased), redis.call('PTTL', KEYS[1])}`,
};
