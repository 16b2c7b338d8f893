import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, BOUND_MS, ResponseCache } from '../../services/data/cache.js';

let now = 0;

function hearing(limit = 1_000_000): ResponseCache {
  const cache = new ResponseCache(limit, () => now);
  cache.listening();
  cache.heardUntil(now);
  return cache;
}

const answer = (text: string): Answer => ({ json: Buffer.from(text), tag: `"${text.slice(0, 3)}"` });

/** Asks, and says what came, and how often it had to be worked out. */
async function ask(cache: ResponseCache, key: string, text = 'new', seconds = 30): Promise<string> {
  const { json } = await cache.answer('things', key, seconds, async () => answer(text));
  return json.toString();
}

/** Something that is worked out for as long as nobody says the result. */
function slow() {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  return { work: () => promise, done: (text: string) => resolve(answer(text)), fail: reject };
}

test('when an answer is kept, then it is given until something is written', async () => {
  const cache = hearing();
  assert.equal(await ask(cache, 'a', 'first'), 'first');
  assert.equal(await ask(cache, 'a', 'second'), 'first');
  cache.drop('others');
  assert.equal(await ask(cache, 'a', 'second'), 'first');
  cache.drop('things');
  assert.equal(cache.bytes, 0);
  assert.equal(await ask(cache, 'a', 'second'), 'second');
});

test('when its age has ended, then an answer is worked out again', async () => {
  const cache = hearing();
  assert.equal(await ask(cache, 'a', 'first', 2), 'first');
  now += 2_000;
  cache.heardUntil(now);
  assert.equal(await ask(cache, 'a', 'second', 2), 'second');
});

test('when something is written while an answer is worked out, then it is neither kept nor given to whoever comes after', async () => {
  const cache = hearing();
  const [before, after] = [slow(), slow()];
  const first = cache.answer('things', 'a', 30, before.work);
  cache.drop('things');
  const second = cache.answer('things', 'a', 30, after.work);
  after.done('new');
  assert.equal((await second).json.toString(), 'new');
  before.done('old');
  assert.equal((await first).json.toString(), 'old');
  assert.equal(await ask(cache, 'a', 'newest'), 'new');
});

test('when many ask at once, then one works and the others wait', async () => {
  const cache = hearing();
  const { work, done } = slow();
  let count = 0;
  const asked = Array.from({ length: 50 }, () =>
    cache.answer('things', 'a', 30, () => {
      count += 1;
      return work();
    }),
  );
  done('one');
  assert.deepEqual(new Set((await Promise.all(asked)).map(({ json }) => json.toString())), new Set(['one']));
  assert.equal(count, 1);
});

test('when working it out fails, then whoever asks next tries again', async () => {
  const cache = hearing();
  const { work, fail } = slow();
  const asked = [cache.answer('things', 'a', 30, work), cache.answer('things', 'a', 30, work)];
  fail(new Error('away'));
  assert.deepEqual(
    (await Promise.allSettled(asked)).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await ask(cache, 'a', 'new'), 'new');
});

test('when writes are not heard, then nothing is kept, and what was kept is gone', async () => {
  const cache = hearing();
  await ask(cache, 'a', 'first');
  cache.deaf();
  assert.equal(cache.bytes, 0);
  assert.equal(await ask(cache, 'a', 'second'), 'second');
  assert.equal(await ask(cache, 'a', 'third'), 'third');
  cache.listening();
  cache.heardUntil(now);
  assert.equal(await ask(cache, 'a', 'fourth'), 'fourth');
  assert.equal(await ask(cache, 'a', 'fifth'), 'fourth');
});

test('when an answer was on its way before writes were heard, then it is not kept', async () => {
  const cache = new ResponseCache(1_000_000, () => now);
  const { work, done } = slow();
  const asked = cache.answer('things', 'a', 30, work);
  cache.listening();
  cache.heardUntil(now);
  done('old');
  await asked;
  assert.equal(await ask(cache, 'a', 'new'), 'new');
});

test('when nothing has been heard for too long, then what is kept waits until it is certain again', async () => {
  const cache = hearing();
  await ask(cache, 'a', 'first');
  now += BOUND_MS;
  const { work, done } = slow();
  const uncertain = cache.answer('things', 'a', 30, work);
  now += BOUND_MS;
  assert.equal(await ask(cache, 'a', 'third'), 'third');
  done('second');
  await uncertain;
  cache.heardUntil(now);
  assert.equal(await ask(cache, 'a', 'fourth'), 'third');
});

test('when there is no room, then what nobody has asked for longest goes', async () => {
  const cache = hearing(20_000);
  const text = 'x'.repeat(600);
  for (let at = 0; at < 15; at += 1) await ask(cache, `key ${at}`, text);
  await ask(cache, 'key 0');
  for (let at = 15; at < 20; at += 1) await ask(cache, `key ${at}`, text);
  assert.ok(cache.bytes <= 20_000);
  assert.equal(await ask(cache, 'key 0'), text);
  assert.equal(await ask(cache, 'key 1'), 'new');
});

test('when an answer is large, then it drives out no others', async () => {
  const cache = hearing(20_000);
  await ask(cache, 'a', 'first');
  await ask(cache, 'b', 'x'.repeat(2_000));
  assert.equal(await ask(cache, 'b', 'again'), 'again');
  assert.equal(await ask(cache, 'a', 'second'), 'first');
});
