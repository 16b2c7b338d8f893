"""How servers follow the outbox for open sockets, and how the database decides who listens (note 0012)."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.names import qualified, table
from backwright.plan.model import Channel, Plan

__all__ = ["Listening", "channel_statements", "listening", "ticket_statements"]

MOST_EVENTS = 1000
MOST_SCANNED = 10_000

_TOLD = """coalesce(json_agg(json_build_object('id', id, 'name', event, 'payload', payload) order by position), '[]')"""

_SNAPSHOT = "select pg_current_snapshot()"

# What is visible now and was not in the snapshot `$1`. One more than are told at once, so that a surplus is seen.
_FOLLOW = """select pg_current_snapshot(), {told}
from (
  select position, id, event, payload
  from internal.outbox
  where transaction_id >= pg_snapshot_xmin($1::pg_snapshot)
    and not pg_visible_in_snapshot(transaction_id, $1::pg_snapshot)
    and event in ({events})
  order by position
  limit {most} + 1
) as news"""

# What the snapshot `$1` shows of a channel beyond the event `$2`: behind it, or committed after it although before it.
# Null where that cannot be said. So many rows are looked at on either way, and no more, however many there are.
_REPLAY = """with known as (
  select position, horizon, subject from internal.outbox where id = $2::uuid and {of_channel}
), behind as (
  select * from internal.outbox
  where position > (select position from known)
  order by position
  limit {scanned} + 1
), since as (
  select * from internal.outbox
  where transaction_id >= (select horizon from known)
  order by transaction_id
  limit {scanned} + 1
), beyond as (
  select * from behind
  union all
  select * from since
  where position < (select position from known) and subject is distinct from (select subject from known)
), missed as (
  select * from beyond where pg_visible_in_snapshot(transaction_id, $1::pg_snapshot) and {of_channel}
)
select case
  when exists (select from known) and (select count(*) from behind) <= {scanned}
    and (select count(*) from since) <= {scanned} and count(*) <= {most} then {told}
end
from missed"""

_ISSUE = """with old as (
  delete from internal.socket_tickets where ctid = any(array(
    select ctid from internal.socket_tickets where expires_at < now() limit 100 for update skip locked
  ))
)
insert into internal.socket_tickets (digest, session_id, expires_at)
values ($1, $2, now() + $3::bigint * interval '1 second')"""

_REDEEM = """with used as (
  delete from internal.socket_tickets where digest = $1
  returning session_id, expires_at
)
select session.id, account.id, account.role
from used
join internal.sessions as session on session.id = used.session_id
join {users} as account on account.id = session.user_id
where used.expires_at > now() and session.revoked_at is null and session.expires_at > now()"""

_CALLERS = """select session.id, account.id, account.role
from internal.sessions as session
join {users} as account on account.id = session.user_id
where session.id = any($1::uuid[]) and session.revoked_at is null and session.expires_at > now()"""


@dataclass(frozen=True, slots=True)
class Listening:
    """A channel as it is served.

    An address is `before`, the id that events tell as `member`, and `after`; without a member it is `before`. `check`
    is run as the caller and gives those of the ids that they may listen to, or one row where there is no member.
    """

    channel: Channel
    before: str
    after: str
    member: str | None
    check: str
    replay: str


def listening(plan: Plan, conditions: Conditions) -> tuple[Listening, ...]:
    """Every channel."""
    return tuple(_listening(plan, channel, conditions) for channel in plan.channels)


def _listening(plan: Plan, channel: Channel, conditions: Conditions) -> Listening:
    member = f"{channel.parameter.name}Id" if channel.parameter else None
    told = f"event in ({', '.join(map(quoted, channel.events))})"
    before, _, rest = channel.address.partition("{")
    return Listening(
        channel=channel,
        before=before,
        after=rest.partition("}")[2],
        member=member,
        check=_check(plan, channel, conditions),
        replay=_REPLAY.format(
            of_channel=f"{told} and payload ->> {quoted(member)} = $3" if member else told,
            told=_TOLD,
            most=MOST_EVENTS,
            scanned=MOST_SCANNED,
        ),
    )


def _check(plan: Plan, channel: Channel, conditions: Conditions) -> str:
    if channel.parameter is None or channel.entity is None:
        return f"select 1 where {conditions.of_listener(channel.rule.expression)}"
    entity = plan.entity(channel.entity)
    holds = conditions.of_listener(channel.rule.expression, channel.parameter.name, entity)
    rows = table(entity)
    return f"select {rows}.id from {qualified(entity)} where {rows}.id = any($1::uuid[]) and {holds}"


def channel_statements(plan: Plan) -> tuple[tuple[str, str], ...]:
    """How the outbox is followed, by names in snake case."""
    events = dict.fromkeys(quoted(event) for channel in plan.channels for event in channel.events)
    follow = _FOLLOW.format(told=_TOLD, events=", ".join(events), most=MOST_EVENTS)
    return (("snapshot", _SNAPSHOT), ("follow", follow))


def ticket_statements(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Tickets, and who sessions stand for now."""
    assert plan.identity
    users = qualified(plan.entity(plan.identity.entity))
    return (
        ("issue_ticket", _ISSUE),
        ("redeem_ticket", _REDEEM.format(users=users)),
        ("callers", _CALLERS.format(users=users)),
    )
