import '../../support/environment.js';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import { pino } from 'pino';
import { type Called, perform, unlessPending } from '../../../services/business/perform.js';
import { conflict } from '../../../services/business/problem.js';
import { closeDatabase, type Transaction } from '../../../services/data/database.js';
import { Caller } from '../../../services/external/caller.js';
import { exposition } from '../../../services/observability/metrics.js';
import { query, type Row } from '../../support/database.js';
import { start } from '../../support/process.js';
import { unique } from '../../support/unique.js';

const limits = { pollMs: 100, leaseMs: 1_000, attempts: 3, retryMs: 10, retentionHours: 24 };
const log = pino({ level: 'silent' });
after(closeDatabase);

type Port = (input: Row, key: string, signal: AbortSignal) => Promise<string>;
type Outcome = (tx: Transaction, call: Called) => Promise<string>;

/** Settles a call as the outcome of its operation does. */
const settling =
  (operation: string, outcome: string): Outcome =>
  (tx, { id }) =>
    perform(tx, `${operation}.${outcome}`, [
      {
        text: "update internal.calls set state = 'done', outcome = $2 where id = $1 and state = 'pending' returning id",
        values: [id, outcome],
        refuse: unlessPending,
      },
    ]);

async function intend(operation: string, input: Row = {}, rows: Row = {}): Promise<string> {
  const text = 'insert into internal.calls (operation, call, input, named_rows) values ($1, $1, $2, $3) returning id';
  const [row] = await query(text, operation, input, rows);
  return String(row?.id);
}

const found = async (operation: string) =>
  (await query('select state, outcome, attempts::int from internal.calls where operation = $1', operation))[0];

/** Waits until every call of an operation has come to this state. */
async function settled(operation: string, state = 'done'): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const rows = await query('select state from internal.calls where operation = $1', operation);
    if (rows.every((row) => row.state === state)) return;
    await elapsed(50);
  }
  throw new Error(`not every call of ${operation} is ${state}`);
}

/** Runs `work` while this many processes make the calls of one operation. */
async function calling(operation: string, port: Port, work: () => Promise<void>, outcomes = {}, times = 1): Promise<void> {
  const known = { [`${operation}.done`]: settling(operation, 'done'), ...outcomes };
  const callers = Array.from({ length: times }, () => new Caller(log, { [operation]: port }, known, limits));
  await work().finally(() => Promise.all(callers.map((each) => each.stop())));
}

test('when an operation is committed, then its call is made with what it was told, and settled', async () => {
  const [operation, told] = [unique(), [] as unknown[]];
  const port: Port = async (input, key) => {
    told.push(input, key);
    return 'done';
  };
  await calling(operation, port, async () => {
    const id = await intend(operation, { amount: '1.00' });
    await settled(operation);
    assert.deepEqual(told, [{ amount: '1.00' }, id]);
    assert.deepEqual(await found(operation), { state: 'done', outcome: 'done', attempts: 1 });
  });
});

test('when several processes call, then each call is made once', async () => {
  const [operation, keys] = [unique(), [] as string[]];
  const port: Port = async (_input, key) => {
    keys.push(key);
    await elapsed(Math.random() * 10);
    return 'done';
  };
  const work = async () => {
    for (let number = 0; number < 60; number += 1) await intend(operation);
    await settled(operation);
  };
  await calling(operation, port, work, {}, 3);
  assert.equal(keys.length, 60);
  assert.equal(new Set(keys).size, 60);
});

test('when a call fails, then it is made again with the same key', async () => {
  const [operation, keys] = [unique(), [] as string[]];
  const port: Port = async (_input, key) => {
    keys.push(key);
    if (keys.length < 3) throw new Error('not today');
    return 'done';
  };
  await calling(operation, port, async () => {
    const id = await intend(operation);
    await settled(operation);
    assert.deepEqual(keys, [id, id, id]);
  });
});

test('when a call always fails, then it is given up', async () => {
  const operation = unique();
  const refuse = () => Promise.reject(new Error('never'));
  await calling(operation, refuse, async () => {
    await intend(operation);
    await settled(operation, 'dead');
    assert.deepEqual(await found(operation), { state: 'dead', outcome: null, attempts: 3 });
  });
});

test('when a call hangs, then it is told to stop, and others are made', async () => {
  const [operation, signals] = [unique(), [] as AbortSignal[]];
  const port: Port = async ({ hangs }, _key, signal) => {
    if (!hangs) return 'done';
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const state = async (hangs: boolean) => {
    const text = 'select state from internal.calls where operation = $1 and input = $2';
    return (await query(text, operation, { hangs }))[0]?.state;
  };
  await calling(operation, port, async () => {
    await intend(operation, { hangs: true });
    await intend(operation, { hangs: false });
    while ((await state(false)) !== 'done') await elapsed(20);
    assert.equal(await state(true), 'pending');
    while ((await state(true)) !== 'dead') await elapsed(50);
    assert.ok(signals.every(({ aborted }) => aborted));
  });
});

test('when the process dies between the call and its outcome, then the outcome happens once', async () => {
  const [operation, keys] = [unique(), [] as string[]];
  const port: Port = async (_input, key) => {
    keys.push(key);
    return 'done';
  };
  let deaths = 1;
  const dying: Outcome = async (tx, call) => {
    const answer = await settling(operation, 'done')(tx, call);
    if (deaths-- > 0) throw new Error('gone before the commit');
    return answer;
  };
  const work = async () => {
    const id = await intend(operation);
    await settled(operation);
    assert.deepEqual(keys, [id, id]);
  };
  await calling(operation, port, work, { [`${operation}.done`]: dying });
});

test('when a process dies with a call in its hands, then another one makes it', async () => {
  const operation = unique();
  await intend(operation);
  await query("update internal.calls set attempts = 1, due_at = now() + interval '1 second' where operation = $1", operation);
  await calling(
    operation,
    async () => 'done',
    () => settled(operation),
  );
  assert.deepEqual(await found(operation), { state: 'done', outcome: 'done', attempts: 2 });
});

test('when two processes come back with an outcome, then it happens once', async () => {
  const [operation, happened] = [unique(), [] as string[]];
  const port: Port = async () => {
    await query("update internal.calls set due_at = now() where operation = $1 and state = 'pending'", operation);
    await elapsed(300);
    return 'done';
  };
  const follow: Outcome = async (tx, call) => {
    const answer = await settling(operation, 'done')(tx, call);
    happened.push(call.id);
    return answer;
  };
  const work = async () => {
    await intend(operation);
    await settled(operation);
  };
  await calling(operation, port, work, { [`${operation}.done`]: follow }, 2);
  assert.equal(happened.length, 1);
});

test('when the steps of an outcome refuse, then nothing of it happens and the call is not made again', async () => {
  const operation = unique();
  const refuse: Outcome = async (tx, call) => {
    await settling(operation, 'done')(tx, call);
    throw conflict('too_late', 'It is too late.');
  };
  const work = async () => {
    await intend(operation);
    await settled(operation, 'refused');
  };
  await calling(operation, async () => 'done', work, { [`${operation}.done`]: refuse });
  assert.deepEqual(await found(operation), { state: 'refused', outcome: 'done', attempts: 1 });
});

test('when an outcome is not one of the call, then the call fails', async () => {
  const operation = unique();
  await calling(
    operation,
    async () => 'surprise',
    async () => {
      await intend(operation);
      await settled(operation, 'dead');
    },
  );
});

test('when the caller is stopped, then the call under way is finished', async () => {
  const operation = unique();
  const slow: Port = async () => {
    await elapsed(300);
    return 'done';
  };
  await calling(operation, slow, async () => {
    await intend(operation);
    while ((await found(operation))?.attempts === 0) await elapsed(20);
  });
  assert.equal((await found(operation))?.state, 'done');
});

test('when a call is of a newer version, then it waits for a process that knows it, and how long it waits is shown', async () => {
  const operation = unique();
  await intend(operation);
  const older = new Caller(log, { [operation]: async () => 'done' }, {}, limits);
  await elapsed(500).finally(() => older.stop());
  assert.deepEqual(await found(operation), { state: 'pending', outcome: null, attempts: 0 });
  assert.ok(Number(/^calls_lag_seconds (.+)$/m.exec(exposition())?.[1]) > 0.3);
  await calling(
    operation,
    async () => 'done',
    () => settled(operation),
  );
});

test('when a call was settled long ago, then it is deleted', async () => {
  const [old, recent, waiting] = [unique(), unique(), unique()];
  const text = `insert into internal.calls (operation, call, input, named_rows, state, settled_at, due_at)
    values ($1, 'none', '{}', '{}', $2, now() - $3::interval, now() + interval '1 day')`;
  await query(text, old, 'done', '25 hours');
  await query(text, recent, 'dead', '23 hours');
  await query(text, waiting, 'pending', null);
  const caller = new Caller(log, {}, {}, limits);
  await caller.purge().finally(() => caller.stop());
  const rows = await query('select operation from internal.calls where operation = any($1)', [old, recent, waiting]);
  assert.deepEqual(new Set(rows.map((row) => row.operation)), new Set([recent, waiting]));
  await query('delete from internal.calls where operation = any($1)', [recent, waiting]);
});

test('when production is not told who answers, then it does not start', async () => {
  const mail = { MAIL_URL: 'smtp://127.0.0.1', MAIL_FROM: 'a@example.com', APP_URL: 'http://127.0.0.1' };
  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://x@127.0.0.1/x', RATE_LIMITS: '', ...mail };
  const names = Object.keys(process.env).filter((name) => name.endsWith('_ADAPTER'));
  const answeredBy = (who: string) => Object.fromEntries(names.map((name) => [name, who]));
  await assert.rejects(start({ ...production, ...answeredBy('') }), /status 78/);
  const { process: server, exited } = await start({ ...production, ...answeredBy('sandbox') });
  server.kill('SIGTERM');
  assert.equal(await exited, 0);
});
