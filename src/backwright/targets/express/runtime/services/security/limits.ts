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
const STORE_MS = 1_000;
const LOCAL_MS = 5_000;

const held = new Map<string, Held>();
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
  held.delete(key);
  held.set(key, { left: leased, beyond, until: asked + milliseconds });
  if (held.size > MAX_HELD) held.delete(String(held.keys().next().value));
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
  const now = performance.now();
  if (now < restingUntil) return local(quota);
  if (failed) restingUntil = now + STORE_MS;
  try {
    const leased = await within(store.lease(key, quota, Math.max(1, Math.floor(quota.requests / SHARE))));
    failed = false;
    restingUntil = 0;
    return leased;
  } catch (error) {
    if (!failed) onFailure(error);
    failed = true;
    restingUntil = performance.now() + LOCAL_MS;
    return local(quota);
  }
}

/** The share of a quota that belongs to the time until the store is asked again. */
function local({ requests, seconds }: Quota): Lease {
  const milliseconds = Math.min(LOCAL_MS, seconds * 1000);
  return { leased: Math.ceil((requests * milliseconds) / (seconds * 1000)), beyond: 0, milliseconds };
}

function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the store did not answer in time')), STORE_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
