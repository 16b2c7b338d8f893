import type { Quota } from '../../config/limits.js';
import { unavailable } from '../business/problem.js';
import { type Lease, store } from './limit-store.js';

/** Whether a request may pass, how many more may, and the seconds until the window ends. */
export interface Verdict {
  readonly admitted: boolean;
  readonly remaining: number;
  readonly seconds: number;
}

/** What this process may still let pass, and what the others may, until the window ends. */
interface Held {
  left: number;
  readonly beyond: number;
  readonly until: number;
}

/** A lease is so much of the quota: less asks the store more often, more is lost when this process gets no more requests. */
const SHARE = 20;
const MAX_HELD = 10_000;
const STORE_MS = 2_000;
const LOCAL_MS = 5_000;

const held = new Map<string, Held>();
const local = new Map<string, Held>();
const renewals = new Map<string, Promise<void>>();

/** Counts a request on a key, out of a lease of this process. */
export async function take(key: string, quota: Quota): Promise<Verdict> {
  for (;;) {
    const now = performance.now();
    const lease = held.get(key);
    if (lease && lease.until > now) {
      const admitted = lease.left > 0;
      if (admitted) lease.left -= 1;
      if (admitted || lease.beyond === 0) return verdict(admitted, lease.left + lease.beyond, lease.until - now);
    }
    const renewal = renewals.get(key) ?? renew(key, quota).finally(() => renewals.delete(key));
    renewals.set(key, renewal);
    await renewal;
  }
}

/** Counts a request on a key for all servers at once; 503 where they cannot be asked. */
export async function takeExactly(key: string, quota: Quota): Promise<Verdict> {
  const { leased, beyond, milliseconds } = await store.lease(key, quota, 1).catch(() => {
    throw unavailable();
  });
  return verdict(leased > 0, beyond, milliseconds);
}

const verdict = (admitted: boolean, remaining: number, milliseconds: number): Verdict => ({
  admitted,
  remaining,
  seconds: Math.max(1, Math.ceil(milliseconds / 1000)),
});

async function renew(key: string, quota: Quota): Promise<void> {
  const asked = performance.now();
  const { leased, beyond, milliseconds } = await lease(key, quota);
  keep(held, key, { left: leased, beyond, until: asked + milliseconds });
}

function keep(all: Map<string, Held>, key: string, one: Held): void {
  all.delete(key);
  all.set(key, one);
  if (all.size > MAX_HELD) all.delete(String(all.keys().next().value));
}

let failed = false;
let restingUntil = 0;
let onFailure = (_error: unknown): void => {};

/** `listener` hears of a store that has begun to fail. */
export const whenStoreFails = (listener: (error: unknown) => void): void => {
  onFailure = listener;
};

/** Of the store; while that fails, of this process alone. After a failure one request at a time asks again. */
async function lease(key: string, quota: Quota): Promise<Lease> {
  const batch = Math.max(1, Math.floor(quota.requests / SHARE));
  const now = performance.now();
  if (now < restingUntil) return leaseLocally(key, quota, batch);
  if (failed) restingUntil = now + STORE_MS;
  try {
    const leased = await within(store.lease(key, quota, batch));
    failed = false;
    restingUntil = 0;
    return leased;
  } catch (error) {
    if (!failed) onFailure(error);
    failed = true;
    restingUntil = performance.now() + LOCAL_MS;
    return leaseLocally(key, quota, batch);
  }
}

/** Out of a window that this process alone counts; it lasts until the store is asked again. */
function leaseLocally(key: string, { requests, seconds }: Quota, batch: number): Lease {
  const now = performance.now();
  const known = local.get(key);
  const window = known && known.until > now ? known : { left: requests, beyond: 0, until: now + seconds * 1000 };
  const leased = Math.min(batch, window.left);
  window.left -= leased;
  keep(local, key, window);
  return { leased, beyond: window.left, milliseconds: Math.min(LOCAL_MS, window.until - now) };
}

function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the store did not answer in time')), STORE_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
