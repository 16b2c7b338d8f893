import type { Logger } from 'pino';
import { type Context, read, write } from './database.js';
import { Listener } from './listener.js';

export interface Queue {
  /** Also the channel that says when there is more. */
  readonly name: string;
  readonly queries: Readonly<Record<'claim' | 'fail' | 'purge' | 'lag', string>>;
  /** Told how long the oldest row has waited, or that nobody knows. */
  readonly lag: (seconds: number | undefined) => void;
  /** What this process can work on, one list for each further parameter of `claim`. */
  readonly known: readonly (readonly string[])[];
}

export interface Limits {
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly attempts: number;
  readonly retryMs: number;
  readonly retentionHours: number;
}

export type Claimed = readonly (string | null)[];
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;

const AT_ONCE = 16;
const PURGE_MS = 60_000;

/** Claims rows of a queue that are due, each under a lease, and works on several at once, until it is stopped. */
export abstract class Worker {
  protected readonly log: Log;
  readonly #queue: Queue;
  readonly #limits: Limits;
  readonly #context: Context;
  readonly #underWay = new Set<Promise<void>>();
  readonly #listener: Listener;
  readonly #polling: NodeJS.Timeout;
  readonly #purging: NodeJS.Timeout;
  #claiming: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;

  constructor(queue: Queue, log: Log, limits: Limits) {
    this.log = log;
    this.#queue = queue;
    this.#limits = limits;
    this.#context = { userId: null, role: null, operation: queue.name };
    this.#listener = new Listener(queue.name, () => this.#wake());
    this.#polling = setInterval(() => this.#poll(), limits.pollMs);
    this.#purging = setInterval(() => void this.purge(), PURGE_MS);
  }

  /** Works on a row that was claimed, and settles it. */
  protected abstract work(row: Claimed): Promise<void>;

  /** Says that the queue cannot be read or written. */
  protected abstract unavailable(error: unknown): void;

  /** Claims nothing more, and waits for the work under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#polling);
    clearInterval(this.#purging);
    await this.#listener.close();
    await this.#claiming;
    await Promise.all(this.#underWay);
  }

  /** Deletes what was settled long ago, some rows at a time. */
  async purge(): Promise<void> {
    const some = async () => (await this.write('purge', this.#queue.queries.purge, this.#limits.retentionHours))?.count ?? 0;
    try {
      while ((await some()) > 0 && !this.#stopped);
    } catch (error) {
      this.unavailable(error);
    }
  }

  protected async write(name: string, text: string, ...values: unknown[]) {
    const [result] = await write(this.#context, { name: `${this.#queue.name}.${name}`, text, values });
    return result;
  }

  /** Gives a row back, to be claimed again after a while; true where there was one attempt too many. */
  protected async giveBack(row: Claimed): Promise<boolean> {
    const { attempts, retryMs } = this.#limits;
    const failed = await this.write('fail', this.#queue.queries.fail, row[0], row[1], attempts, retryMs);
    return failed?.rows[0]?.[0] === 'dead';
  }

  /** What takes too long is given up before its lease ends. */
  protected async inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const late = new Promise<never>((_, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
    });
    const timer = setTimeout(() => limit.abort(new Error('it took too long')), this.#limits.leaseMs * 0.9);
    return await Promise.race([work(limit.signal), late]).finally(() => clearTimeout(timer));
  }

  #poll(): void {
    this.#wake();
    const { name, queries, lag } = this.#queue;
    read(this.#context, { name: `${name}.lag`, text: queries.lag, values: [] }).then(
      ([result]) => lag(Number(result?.rows[0]?.[0])),
      () => lag(undefined),
    );
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#claiming ??= this.#claim()
      .catch((error) => this.unavailable(error))
      .finally(() => {
        this.#claiming = undefined;
        if (this.#wanted && this.#underWay.size < AT_ONCE) this.#wake();
      });
  }

  async #claim(): Promise<void> {
    const { queries, known } = this.#queue;
    const lists = known.map((names) => `{${names.join(',')}}`);
    while (this.#wanted && !this.#stopped && this.#underWay.size < AT_ONCE) {
      this.#wanted = false;
      const claimed = await this.write('claim', queries.claim, AT_ONCE - this.#underWay.size, this.#limits.leaseMs, ...lists);
      for (const row of claimed?.rows ?? []) {
        const work = this.work(row)
          .catch((error) => this.unavailable(error))
          .finally(() => {
            this.#underWay.delete(work);
            this.#wake();
          });
        this.#underWay.add(work);
      }
    }
  }
}
