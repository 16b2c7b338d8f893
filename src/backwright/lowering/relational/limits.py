"""How requests and attempts to sign in are counted, so that all servers count together."""

from __future__ import annotations

__all__ = ["ATTEMPTS", "LEASE", "LEASE_SCRIPT", "SWEEP"]

# `$1` to `$4` are the key, its quota, the requests to lease at once, and the seconds of a window, which begins with
# the first lease. Selects the requests that were leased, those that are left to others, and the milliseconds until
# the window ends.
LEASE = """insert into internal.rate_limits as held (key, used, leased, resets_at)
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
returning leased, greatest(0, $2::bigint - used), ceil(extract(epoch from resets_at - now()) * 1000)"""

# Goes with every lease, so that windows that ended do not pile up.
SWEEP = """delete from internal.rate_limits where key in (
  select key from internal.rate_limits where resets_at < now() order by resets_at limit 10 for update skip locked
)"""

# The same for Redis: KEYS[1] is the key, ARGV are the quota, the requests to lease and the milliseconds of a window.
LEASE_SCRIPT = """local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local leased = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - used))
if leased > 0 then
  redis.call('INCRBY', KEYS[1], leased)
  if used == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
return {leased, math.max(0, tonumber(ARGV[1]) - used - leased), redis.call('PTTL', KEYS[1])}"""

# Attempts to sign in: `$1` and `$2` are the keys of the account and of the address. The first statement holds both rows
# until the end of the transaction and selects the seconds that each must still wait; the second counts the attempt
# unless one must. `$3` is how many of the account may fail, and `$4` how many of the address.
LOCK = """insert into internal.login_attempts as known (key)
select key from unnest(array[$1::text, $2::text]) as given (key) order by key
on conflict (key) do update set key = excluded.key
returning ceil(extract(epoch from known.retry_at - clock_timestamp()))"""

ADMIT = """update internal.login_attempts as known set
  failures = counted.failures,
  attempted_at = clock_timestamp(),
  retry_at = case
    when counted.failures >= counted.most
    then clock_timestamp() + least(900, 2 ^ least(10, counted.failures - counted.most)) * interval '1 second'
  end
from (
  select key, case when key = $1 then $3::bigint else $4::bigint end as most,
    case when attempted_at < now() - interval '24 hours' then 1 else failures + 1 end as failures
  from internal.login_attempts where key in ($1, $2)
) as counted
where known.key = counted.key and not exists (
  select from internal.login_attempts where key in ($1, $2) and retry_at > clock_timestamp()
)"""

FORGET_ATTEMPTS = """delete from internal.login_attempts where key in (
  select key from internal.login_attempts
  where attempted_at < now() - interval '24 hours' order by attempted_at limit 10 for update skip locked
)"""

# After the right password: of the account everything is forgotten, of the address (`$2` may fail) this attempt.
FORGIVE_ACCOUNT = "delete from internal.login_attempts where key = $1"

FORGIVE_ADDRESS = """update internal.login_attempts
set failures = greatest(0, failures - 1), retry_at = case when failures > $2::bigint then retry_at end
where key = $1"""

# By what they do, for the file of identity's statements.
ATTEMPTS = (
    ("lock_attempts", LOCK),
    ("admit_attempt", ADMIT),
    ("forget_attempts", FORGET_ATTEMPTS),
    ("forgive_account", FORGIVE_ACCOUNT),
    ("forgive_address", FORGIVE_ADDRESS),
)
