import { cacheBytes } from '../../config/cache.js';
import { responseCacheBytes, responseCacheDropped, responseCacheRequests } from '../../config/metrics.js';
import { counter, gauge } from '../observability/metrics.js';

/** An answer as it is sent. */
export interface Answer {
  readonly json: Buffer;
  readonly tag: string;
}

interface Kept {
  readonly collection: string;
  readonly answer: Answer;
  readonly size: number;
  readonly until: number;
}

interface Load {
  readonly collection: string;
  readonly began: number;
  readonly answer: Promise<Answer>;
}

/** No answer leaves out what was committed so long before it was asked for. */
export const BOUND_MS = 1_000;
/** What an entry takes besides its texts, so that many small ones are bounded too. */
const OVERHEAD = 512;
/** A larger part of the whole would drive out too many others. */
const LARGEST_SHARE = 1 / 16;

const asked = counter(responseCacheRequests);
const dropped = counter(responseCacheDropped);

/** Answers that everybody gets alike, until their age ends or something that they show is written. */
export class ResponseCache {
  readonly #limit: number;
  readonly #now: () => number;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #keys = new Map<string, Set<string>>();
  /** A load that is no longer here has been overtaken by a write: nobody joins it, and its answer is not kept. */
  readonly #loads = new Map<string, Load>();
  #bytes = 0;
  #listening = false;
  #certainUntil = 0;

  constructor(limit: number, now = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The answer to a question about a collection: kept, or on its way for somebody else, or worked out now. */
  answer(collection: string, key: string, seconds: number, work: () => Promise<Answer>): Promise<Answer> {
    const now = this.#now();
    const kept = this.#find(key, now);
    if (kept) {
      asked('hit');
      return Promise.resolve(kept);
    }
    const load = this.#loads.get(key);
    if (load && (now < this.#certainUntil || now < load.began + BOUND_MS)) {
      asked('joined');
      return load.answer;
    }
    asked('miss');
    return this.#load(collection, key, now + seconds * 1000, work);
  }

  /** Something that answers of the collection show was written. */
  drop(collection: string): void {
    for (const key of this.#keys.get(collection) ?? []) this.#forget(key, 'written');
    for (const [key, load] of this.#loads) if (load.collection === collection) this.#loads.delete(key);
  }

  /** From now on every write is heard. */
  listening(): void {
    this.#clear();
    this.#listening = true;
  }

  /** Writes are not heard any more. */
  deaf(): void {
    this.#listening = false;
    this.#certainUntil = 0;
    this.#clear();
  }

  /** Everything that was committed by then has been heard. */
  heardUntil(time: number): void {
    this.#certainUntil = time + BOUND_MS;
  }

  #find(key: string, now: number): Answer | undefined {
    const kept = this.#kept.get(key);
    if (kept && kept.until <= now) this.#forget(key, 'expired');
    else if (kept && now < this.#certainUntil) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.answer;
    }
    return undefined;
  }

  #load(collection: string, key: string, until: number, work: () => Promise<Answer>): Promise<Answer> {
    const answer = work()
      .then((answer) => {
        if (this.#listening && this.#loads.get(key) === load) this.#keep(key, { collection, answer, size: sizeOf(key, answer), until });
        return answer;
      })
      .finally(() => {
        if (this.#loads.get(key) === load) this.#loads.delete(key);
      });
    const load = { collection, began: this.#now(), answer };
    this.#loads.set(key, load);
    return answer;
  }

  #keep(key: string, kept: Kept): void {
    if (kept.size > this.#limit * LARGEST_SHARE) return;
    this.#forget(key, 'expired');
    this.#kept.set(key, kept);
    const keys = this.#keys.get(kept.collection) ?? new Set();
    this.#keys.set(kept.collection, keys.add(key));
    this.#bytes += kept.size;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#limit) break;
      this.#forget(oldest, 'evicted');
    }
  }

  #forget(key: string, reason: 'written' | 'expired' | 'evicted' | 'unheard'): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#keys.get(kept.collection)?.delete(key);
    this.#bytes -= kept.size;
    dropped(reason);
  }

  #clear(): void {
    for (const key of [...this.#kept.keys()]) this.#forget(key, 'unheard');
    this.#loads.clear();
  }
}

const sizeOf = (key: string, { json, tag }: Answer) => json.length + tag.length + 2 * key.length + OVERHEAD;

export const cache = new ResponseCache(cacheBytes);
gauge(responseCacheBytes, () => [[cache.bytes]]);
