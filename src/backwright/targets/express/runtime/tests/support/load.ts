import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './process.js';
import { type Answer, type Call, sendTo } from './requests.js';

/** Sends a request and looks at its answer. */
type Ask = () => Promise<void>;
/** Puts there what a request needs; by the name under which a failure is told. */
type Asks = Readonly<Record<string, () => Promise<Ask>>>;

interface Named {
  readonly name: string;
  readonly ask: Ask;
}

interface Timed {
  readonly name: string;
  readonly ms: number;
  readonly error?: unknown;
}

const SECONDS = Number(process.env.LOAD_SECONDS ?? 10);
const WARMING_SECONDS = 1;
/** One request of so many is a write. */
const WRITES = 5;
/** So many of each kind of read are prepared, and asked again and again. */
const PREPARED = 20;

const { origin } = await start({ OUTBOX: 'on' });

/** One request to this project's server, which runs in a process of its own. */
export const send = (method: string, path: string, call: Call = {}): Promise<Answer> => sendTo(origin, method, path, call);

/** Sends each request when it is due, whether or not others are answered: 95 of 100 must be answered `within` so many ms from then. */
export async function underLoad({ rate, within }: { rate: number; within: number }, reads: Asks, writes: Asks): Promise<void> {
  const reading = await prepared(reads, PREPARED * Object.keys(reads).length);
  const writing = await prepared(writes, (rate * SECONDS) / WRITES);
  await offer(mixed(reading, [], rate * WARMING_SECONDS), rate);
  const answered = await offer(mixed(reading, writing, rate * SECONDS), rate);
  const failed = answered.filter(({ error }) => error);
  assert.equal(failed.length, 0, `${failed.length} of ${answered.length} requests failed, ${failed[0]?.name} with ${failed[0]?.error}`);
  const p95 = slowest(answered);
  const kinds = Object.keys({ ...reads, ...writes }).map((name) => [name, slowest(answered.filter((each) => each.name === name))]);
  const said = `${answered.length} requests, 95 of 100 within ${p95} ms: ${kinds.map((each) => each.join(' ')).join(', ')}`;
  console.log(said);
  assert.ok(p95 <= within, said);
}

async function prepared(asks: Asks, count: number): Promise<Named[]> {
  const kinds = Object.entries(asks);
  const ready: Named[] = [];
  while (kinds.length > 0 && ready.length < count) {
    for (const [name, prepare] of kinds) ready.push({ name, ask: await prepare() });
  }
  return ready;
}

/** Reads in turn, and after every fourth a write. */
function mixed(reads: readonly Named[], writes: readonly Named[], count: number): Named[] {
  const left = [...writes];
  const asks: Named[] = [];
  while (reads.length > 0 && asks.length < count) {
    for (const read of reads) {
      asks.push(read);
      const write = asks.length % WRITES === WRITES - 1 ? left.shift() : undefined;
      if (write) asks.push(write);
    }
  }
  return asks.slice(0, count);
}

async function offer(asks: readonly Named[], rate: number): Promise<Timed[]> {
  const began = performance.now();
  const running: Promise<Timed>[] = [];
  for (const [turn, { name, ask }] of asks.entries()) {
    const due = began + (turn * 1000) / rate;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    running.push(timed(name, ask, due));
  }
  return Promise.all(running);
}

async function timed(name: string, ask: Ask, due: number): Promise<Timed> {
  try {
    await ask();
    return { name, ms: performance.now() - due };
  } catch (error) {
    return { name, ms: performance.now() - due, error };
  }
}

/** What 95 of 100 take at most, in ms. */
function slowest(requests: readonly Timed[]): number {
  const sorted = requests.map(({ ms }) => ms).sort((one, other) => one - other);
  return Math.ceil(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0);
}
