import '../../support/environment.js';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { proxyTo } from '../../support/proxy.js';

const proxy = await proxyTo(String(process.env.DATABASE_URL));
Object.assign(process.env, { DATABASE_URL: proxy.url, DATABASE_TIMEOUT_MS: '1000', DATABASE_READERS: '1' });
const { closeDatabase, read, write } = await import('../../../services/data/database.js');
const { Unreachable } = await import('../../../services/data/batch.js');
const { translated } = await import('../../../services/data/failures.js');
const { Problem } = await import('../../../services/business/problem.js');

after(async () => {
  proxy.resume();
  await closeDatabase();
  proxy.close();
});

const nobody = { userId: null, role: null, operation: 'outage' };
const statement = (text: string, name = text) => ({ name, text, values: [] });
const one = statement('select 1');
const nap = (seconds: number) => statement(`select 1 from pg_sleep(${seconds})`);
const reading = (...statements: ReturnType<typeof statement>[]) => read(nobody, ...statements).then(([result]) => result?.rows[0]?.[0]);

async function unreachable(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Unreachable, String(error));
  const problem = translated(error);
  assert.ok(problem instanceof Problem && problem.status === 503 && problem.headers['Retry-After'] === '1');
}

test('when connections break in the middle, then reads are repeated, writes are refused, and the next ones work', async () => {
  const works = [reading(nap(0.3)), unreachable(write(nobody, nap(0.3)))] as const;
  await sleep(150);
  proxy.cut();
  assert.equal((await Promise.all(works))[0], '1');
  assert.equal(await reading(one), '1');
  assert.equal((await write(nobody, one)).length, 1);
});

test('when idle connections break, then nothing else does', async () => {
  proxy.cut();
  await sleep(50);
  assert.equal(await reading(one), '1');
  assert.equal((await write(nobody, one)).length, 1);
});

test('when the database stalls, then everybody is refused in time, and served when it is back', async () => {
  proxy.stall();
  const started = performance.now();
  await Promise.all([1, 2, 3].flatMap(() => [unreachable(reading(one)), unreachable(write(nobody, one))]));
  assert.ok(performance.now() - started < 4_000);
  proxy.resume();
  assert.equal(await reading(one), '1');
  assert.equal((await write(nobody, one)).length, 1);
});

test('when one statement takes too long, then it fails alone', async () => {
  const slow = reading(nap(5)).then(
    () => null,
    (error: { code?: string }) => error.code,
  );
  await sleep(200);
  assert.deepEqual(await Promise.all([slow, reading(one)]), ['57014', '1']);
});

test('when a statement fails, then its neighbours on the connection do not', async () => {
  const works = Array.from({ length: 40 }, (_, at) =>
    at % 2 === 0
      ? reading(statement('select 2', 'shared'))
      : reading(statement('select 1 / 0'), statement('select 2', 'shared')).catch((error: { code?: string }) => error.code),
  );
  assert.deepEqual(new Set(await Promise.all(works)), new Set(['2', '22012']));
});

test('when statements have long names with the same beginning, then each is run as itself', async () => {
  const name = 'a name that is longer than the sixty-three bytes that PostgreSQL looks at, and';
  assert.equal(await reading(statement('select 3', `${name} one`)), '3');
  assert.equal(await reading(statement('select 4', `${name} another`)), '4');
});
