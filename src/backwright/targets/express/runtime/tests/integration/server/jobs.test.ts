import '../../support/environment.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import { pino } from 'pino';
import { Passed, perform, type Turn, unlessOvertaken } from '../../../services/business/perform.js';
import { closeDatabase, type Transaction } from '../../../services/data/database.js';
import { type Job, Runner } from '../../../services/jobs/runner.js';
import { query, type Row } from '../../support/database.js';
import { unique } from '../../support/unique.js';

const log = pino({ level: 'silent' });
after(closeDatabase);

type Work = (tx: Transaction, turn: Turn) => Promise<string>;

const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID()).sort();

const reach = (name: string, { row, claim }: Turn) => ({
  text: `update internal.jobs set reached = $1::uuid, due_at = now() + interval '1 minute'
    where name = $2 and claim = $3::bigint returning name`,
  values: [row, name, claim],
  refuse: unlessOvertaken,
});

/** A job for these rows that does `work` with each of them in its transaction. */
function jobFor(name: string, rows: readonly string[], work: (turn: Turn) => Promise<void>): Job {
  const perRow: Work = async (tx, turn) => {
    const answer = await perform(tx, `job ${name}`, [reach(name, turn)]);
    await work(turn);
    return answer;
  };
  return {
    rows: `select id from unnest('{${rows}}'::uuid[]) as id where $1::uuid is null or id > $1 order by id limit 7`,
    finish: `update internal.jobs set started_at = null, reached = null, due_at = now() + interval '1 day'
      where name = '${name}' and claim = $1`,
    work: perRow,
  };
}

const announce = (name: string) => query('insert into internal.jobs (name, due_at) values ($1, now())', name);
const LOOK = `select started_at is not null as running, reached, claim::int, due_at > now() as later
  from internal.jobs where name = $1`;
const found = async (name: string): Promise<Row | undefined> => (await query(LOOK, name))[0];

async function finished(name: string): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const row = await found(name);
    if (row?.later && !row.running) return;
    await elapsed(50);
  }
  throw new Error(`the job ${name} does not come to its end`);
}

/** Runs `work` while this many processes know one job; afterwards there is no such job. */
async function running(name: string, job: Job, work: () => Promise<void>, times = 1): Promise<void> {
  const runners = Array.from({ length: times }, () => new Runner(log, { [name]: job }, 50));
  await work().finally(() => Promise.all(runners.map((each) => each.stop())));
  await query('delete from internal.jobs where name = $1', name);
}

test('when several processes know a job, then a run reaches each row once and in order', async () => {
  const [name, rows, reached] = [unique(), ids(40), [] as string[]];
  const job = jobFor(name, rows, async ({ row }) => void reached.push(row));
  const work = async () => {
    await announce(name);
    await finished(name);
    assert.deepEqual(await found(name), { running: false, reached: null, claim: 1, later: true });
  };
  await running(name, job, work, 3);
  assert.deepEqual(reached, rows);
});

test('when a row fails or is no longer meant, then the others are reached', async () => {
  const [name, rows, reached] = [unique(), ids(3), [] as string[]];
  const job = jobFor(name, rows, async ({ row }) => {
    if (row === rows[0]) throw new Error('not this one');
    if (row === rows[1]) throw new Passed();
    reached.push(row);
  });
  await running(name, job, async () => {
    await announce(name);
    await finished(name);
  });
  assert.deepEqual(reached, [rows[2]]);
});

test('when a process has died in a run, then another one goes on behind the last row that was reached', async () => {
  const [name, rows, reached] = [unique(), ids(10), [] as string[]];
  const job = jobFor(name, rows, async ({ row }) => void reached.push(row));
  const left = `insert into internal.jobs (name, due_at, claim, started_at, reached)
    values ($1, now() + interval '500 milliseconds', 1, now(), $2)`;
  await query(left, name, rows[5]);
  await running(name, job, async () => {
    await finished(name);
    assert.equal((await found(name))?.claim, 2);
  });
  assert.deepEqual(reached, rows.slice(6));
});

test('when another process has taken the run, then the one that comes back leaves it alone', async () => {
  const [name, rows, reached] = [unique(), ids(3), [] as string[]];
  const job = jobFor(name, rows, async ({ row }) => void reached.push(row));
  const takenAway: Work = async (tx, turn) => {
    if (turn.row === rows[1]) await query('update internal.jobs set claim = claim + 1 where name = $1', name);
    return job.work(tx, turn);
  };
  await running(name, { ...job, work: takenAway }, async () => {
    await announce(name);
    await elapsed(700);
    assert.deepEqual(await found(name), { running: true, reached: rows[0], claim: 2, later: true });
  });
  assert.deepEqual(reached, [rows[0]]);
});

test('when the server stops, then the row under way is finished and the others are left', async () => {
  const [name, rows, reached] = [unique(), ids(3), [] as string[]];
  const job = jobFor(name, rows, async ({ row }) => {
    await elapsed(300);
    reached.push(row);
  });
  await announce(name);
  const runner = new Runner(log, { [name]: job }, 50);
  while ((await found(name))?.claim === 0) await elapsed(20);
  await elapsed(100);
  await runner.stop();
  assert.deepEqual(reached, [rows[0]]);
  assert.deepEqual(await found(name), { running: true, reached: rows[0], claim: 1, later: true });
  await query('delete from internal.jobs where name = $1', name);
});
