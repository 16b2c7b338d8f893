import '../../support/environment.js';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { databaseOwner } from '../../../config/application.js';
import { closeDatabase } from '../../../services/data/database.js';
import { type Delivery, Dispatcher, type Subscriber, type Subscribers } from '../../../services/events/dispatcher.js';
import { exposition } from '../../../services/observability/metrics.js';
import { query } from '../../support/database.js';
import { unique } from '../../support/unique.js';

const limits = { pollMs: 100, leaseMs: 1_000, attempts: 3, retryMs: 10, retentionHours: 24 };
const log = pino({ level: 'silent' });
after(closeDatabase);

const INSERT = 'insert into internal.outbox (event, subject, payload) values ($1, $2, $3) returning id';

async function emit(event: string, subject: string | null = null, payload: object = {}): Promise<string> {
  const [row] = await query(INSERT, event, subject, payload);
  return String(row?.id);
}

/** Waits until this many events of a name are there and all of them have come to this state. */
async function settled(event: string, state = 'published', count = 1): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const rows = await query('select state from internal.outbox where event = $1', event);
    if (rows.length >= count && rows.every((row) => row.state === state)) return;
    await elapsed(50);
  }
  throw new Error(`not every ${event} is ${state}`);
}

const attemptsOf = async (event: string) => (await query('select attempts from internal.outbox where event = $1', event))[0]?.attempts;

/** Runs `work` while this many dispatchers deliver one event to one subscriber, and others to theirs. */
async function delivering(
  event: string,
  subscriber: Subscriber,
  work: () => Promise<void>,
  { times = 1, others = {} }: { times?: number; others?: Subscribers } = {},
): Promise<void> {
  const dispatchers = Array.from({ length: times }, () => new Dispatcher(log, { [event]: [subscriber], ...others }, limits));
  await work().finally(() => Promise.all(dispatchers.map((each) => each.stop())));
}

test('when an event is committed, then it is delivered with its id and payload', async () => {
  const [event, found] = [unique(), [] as Delivery[]];
  const collect = async (delivery: Delivery) => void found.push(delivery);
  await delivering(event, collect, async () => {
    const id = await emit(event, 'things/1', { size: 2 });
    await settled(event);
    assert.deepEqual(found, [{ id, event, subject: 'things/1', payload: { size: 2 } }]);
  });
});

test('when nobody polls, then an event is announced', async () => {
  const event = unique();
  const dispatcher = new Dispatcher(log, { [event]: [] }, { ...limits, pollMs: 60_000 });
  await elapsed(500);
  await emit(event);
  await settled(event).finally(() => dispatcher.stop());
});

test('when a transaction is rolled back, then its event never was', async () => {
  const event = unique();
  await query('begin');
  await emit(event);
  await query('rollback');
  assert.deepEqual(await query('select id from internal.outbox where event = $1', event), []);
});

test('when several processes deliver, then each event comes once and those of a subject in order', async () => {
  const [event, found] = [unique(), [] as Delivery[]];
  const collect = async (delivery: Delivery) => {
    await elapsed(Math.random() * 10);
    found.push(delivery);
  };
  await delivering(
    event,
    collect,
    async () => {
      for (let number = 0; number < 60; number += 1) await emit(event, `${event}/${number % 6}`, { number });
      await settled(event);
    },
    { times: 3 },
  );
  assert.equal(new Set(found.map(({ id }) => id)).size, 60);
  assert.equal(found.length, 60);
  for (let subject = 0; subject < 6; subject += 1) {
    const numbers = found.filter((each) => each.subject === `${event}/${subject}`).map(({ payload }) => Number(payload.number));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
  }
});

test('when a delivery fails, then it is repeated with the same id and those behind it wait', async () => {
  const [event, found] = [unique(), [] as string[]];
  let failures = 2;
  const collect = async ({ id }: Delivery) => {
    found.push(id);
    if (failures-- > 0) throw new Error('not today');
  };
  await delivering(event, collect, async () => {
    const ids = [await emit(event, event), await emit(event, event)];
    await settled(event);
    assert.deepEqual(found, [ids[0], ids[0], ids[0], ids[1]]);
  });
});

test('when a delivery always fails, then it is dead and the next of its subject is delivered', async () => {
  const [bad, good] = [unique(), unique()];
  const refuse = () => Promise.reject(new Error('never'));
  const work = async () => {
    await emit(bad, bad);
    await emit(good, bad);
    await settled(bad, 'dead');
    await settled(good);
    assert.equal(await attemptsOf(bad), '3');
  };
  await delivering(bad, refuse, work, { others: { [good]: [] } });
});

test('when a subscriber hangs, then others are served and the delivery is given up', async () => {
  const [bad, good] = [unique(), unique()];
  const hang = () => new Promise<void>(() => undefined);
  const work = async () => {
    await emit(bad);
    await emit(good);
    await settled(good);
    assert.equal(await attemptsOf(bad), '1');
    await settled(bad, 'dead');
  };
  await delivering(bad, hang, work, { others: { [good]: [] } });
});

test('when a process dies with an event in its hands, then another one delivers it', async () => {
  const event = unique();
  const claimed = "insert into internal.outbox (event, payload, attempts, due_at) values ($1, '{}', 1, now() + interval '1 second')";
  await query(claimed, event);
  await delivering(
    event,
    async () => undefined,
    () => settled(event),
  );
  assert.equal(await attemptsOf(event), '2');
});

test('when the dispatcher is stopped, then the delivery under way is finished', async () => {
  const event = unique();
  const slow = () => elapsed(300);
  await delivering(event, slow, async () => {
    await emit(event);
    while ((await attemptsOf(event)) === '0') await elapsed(20);
  });
  await settled(event);
});

test('when a process comes back after its lease, then it settles nothing', async () => {
  const event = unique();
  const late = new Promise<void>((delivered) => {
    const outlast = async () => {
      await query('update internal.outbox set attempts = attempts + 1 where event = $1', event);
      delivered();
    };
    const dispatcher = new Dispatcher(log, { [event]: [outlast] }, { ...limits, leaseMs: 60_000 });
    after(() => dispatcher.stop());
  });
  await emit(event);
  await late;
  await elapsed(300);
  const rows = await query('select state, attempts from internal.outbox where event = $1', event);
  assert.deepEqual(rows, [{ state: 'pending', attempts: '2' }]);
  await query('delete from internal.outbox where event = $1', event);
});

test('when an event is of a newer version, then it waits for a process that knows it, and its age is shown', async () => {
  const event = unique();
  await emit(event);
  const older = new Dispatcher(log, {}, limits);
  await elapsed(500).finally(() => older.stop());
  assert.equal(await attemptsOf(event), '0');
  assert.ok(Number(/^outbox_lag_seconds (.+)$/m.exec(exposition())?.[1]) > 0.3);
  await delivering(
    event,
    async () => undefined,
    () => settled(event),
  );
});

test('when an event was settled long ago, then it is deleted', async () => {
  const [old, recent, waiting] = [unique(), unique(), unique()];
  const text = `insert into internal.outbox (event, payload, state, settled_at, due_at)
    values ($1, '{}', $2, now() - $3::interval, now() + interval '1 day')`;
  await query(text, old, 'published', '25 hours');
  await query(text, recent, 'dead', '23 hours');
  await query(text, waiting, 'pending', null);
  const dispatcher = new Dispatcher(log, {}, limits);
  await dispatcher.purge().finally(() => dispatcher.stop());
  const rows = await query('select event from internal.outbox where event = any($1)', [old, recent, waiting]);
  assert.deepEqual(new Set(rows.map(({ event }) => event)), new Set([recent, waiting]));
  await query('delete from internal.outbox where event = any($1)', [recent, waiting]);
});

test('when transactions commit in another order than they began, then no event is lost', async () => {
  const [event, found] = [unique(), [] as unknown[]];
  const collect = async ({ payload }: Delivery) => void found.push(payload.number);
  const slow = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
  await slow.connect();
  await slow.query(`set role ${databaseOwner}`);
  await slow.query('begin');
  await slow.query(INSERT, [event, 'slow', { number: 1 }]);
  await delivering(event, collect, async () => {
    await emit(event, 'quick', { number: 2 });
    await settled(event);
    await slow.query('commit');
    await settled(event, 'published', 2);
  });
  await slow.end();
  assert.deepEqual(found, [2, 1]);
});
