import type { Logger } from 'pino';
import { calls } from '../../config/calls.js';
import { callDuration } from '../../config/metrics.js';
import { callQueries } from '../../database/queries/calls.js';
import { type Called, Settled } from '../business/perform.js';
import { Problem } from '../business/problem.js';
import { type Context, type Transaction, transaction, write } from '../data/database.js';
import { Listener } from '../data/listener.js';
import { histogram } from '../observability/metrics.js';
import { described } from './log.js';

/** By `PORT.call`, who makes it; the key is the same in every attempt, and the signal says when nobody waits any longer. */
export type Ports = Readonly<Record<string, (input: never, key: string, signal: AbortSignal) => Promise<string>>>;

/** By `operation.outcome`, what follows from it. */
export type Outcomes = Readonly<Record<string, (tx: Transaction, call: Called) => Promise<string>>>;

type Claimed = readonly (string | null)[];
type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
type Limits = Omit<typeof calls, 'enabled'>;

const AT_ONCE = 16;
const PURGE_MS = 60_000;
const nobody = (operation: string): Context => ({ userId: null, role: null, operation });
const observe = histogram(callDuration);

/** Makes the calls that operations have left behind, and lets happen what follows from them: each outcome once. */
export class Caller {
  readonly #log: Log;
  readonly #ports: Ports;
  readonly #outcomes: Outcomes;
  readonly #limits: Limits;
  readonly #underWay = new Set<Promise<void>>();
  readonly #listener: Listener;
  readonly #polling: NodeJS.Timeout;
  readonly #purging: NodeJS.Timeout;
  #claiming: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;

  constructor(log: Log, ports: Ports, outcomes: Outcomes, limits: Limits = calls) {
    this.#log = log;
    this.#ports = ports;
    this.#outcomes = outcomes;
    this.#limits = limits;
    this.#listener = new Listener('calls', () => this.#wake());
    this.#polling = setInterval(() => this.#wake(), limits.pollMs);
    this.#purging = setInterval(() => void this.purge(), PURGE_MS);
  }

  /** Claims nothing more, and waits for the calls under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#polling);
    clearInterval(this.#purging);
    await this.#listener.close();
    await this.#claiming;
    await Promise.all(this.#underWay);
  }

  /** Deletes calls that were settled long ago. */
  async purge(): Promise<void> {
    await this.#write('purge', this.#limits.retentionHours).catch((error: unknown) => this.#unavailable(error));
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#claiming ??= this.#claim()
      .catch((error: unknown) => this.#unavailable(error))
      .finally(() => {
        this.#claiming = undefined;
        if (this.#wanted && this.#underWay.size < AT_ONCE) this.#wake();
      });
  }

  async #claim(): Promise<void> {
    while (this.#wanted && !this.#stopped && this.#underWay.size < AT_ONCE) {
      this.#wanted = false;
      const claimed = await this.#write('claim', AT_ONCE - this.#underWay.size, this.#limits.leaseMs);
      for (const row of claimed?.rows ?? []) {
        const call = this.#make(row).finally(() => {
          this.#underWay.delete(call);
          this.#wake();
        });
        this.#underWay.add(call);
      }
    }
  }

  async #make([id, attempts, operation, name, input, rows]: Claimed): Promise<void> {
    const about = { id, call: name, operation, attempts: Number(attempts) };
    const claimed = [id, attempts];
    try {
      const outcome = await this.#ask(String(name), JSON.parse(String(input)), String(id));
      await this.#settle(`${operation}.${outcome}`, { id: String(id), rows: JSON.parse(String(rows)) })
        .then(() => this.#log.info({ event: 'call.done', ...about, outcome }))
        .catch((error: unknown) => this.#refuse(error, claimed, { ...about, outcome }));
    } catch (error) {
      this.#log.warn({ event: 'call.failed', ...about, err: described(error) });
      await this.#fail(claimed, about).catch((failure: unknown) => this.#unavailable(failure));
    }
  }

  /** Outside of any transaction, and given up before the lease ends. */
  async #ask(name: string, input: unknown, key: string): Promise<string> {
    const started = performance.now();
    const signal = AbortSignal.timeout(this.#limits.leaseMs * 0.9);
    let outcome = 'failed';
    try {
      const port = this.#ports[name];
      if (!port) throw new Error(`nobody makes the call ${name}`);
      outcome = await Promise.race([port(input as never, key, signal), aborted(signal)]);
      return outcome;
    } finally {
      observe((performance.now() - started) / 1000, name, outcome);
    }
  }

  async #settle(name: string, call: Called): Promise<void> {
    const follow = this.#outcomes[name];
    if (!follow) throw new Error(`nothing is known of the outcome ${name}`);
    await transaction(nobody(name), (tx) => follow(tx, call));
  }

  /** Steps that refuse would refuse again; whoever has settled the call in the meantime has done everything. */
  async #refuse(error: unknown, claimed: readonly unknown[], about: { outcome: string }): Promise<void> {
    if (error instanceof Settled) return;
    if (!(error instanceof Problem)) throw error;
    await this.#write('refuse', ...claimed, about.outcome);
    this.#log.error({ event: 'call.refused', ...about, reason: error.code });
  }

  async #fail(claimed: readonly unknown[], about: object): Promise<void> {
    const failed = await this.#write('fail', ...claimed, this.#limits.attempts, this.#limits.retryMs);
    if (failed?.rows[0]?.[0] === 'dead') this.#log.error({ event: 'call.dead', ...about });
  }

  async #write(query: keyof typeof callQueries, ...values: unknown[]) {
    const [result] = await write(nobody('calls'), { name: `calls.${query}`, text: callQueries[query], values });
    return result;
  }

  #unavailable(error: unknown): void {
    this.#log.error({ event: 'calls.failed', err: described(error) });
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('the call took too long')), { once: true }));
