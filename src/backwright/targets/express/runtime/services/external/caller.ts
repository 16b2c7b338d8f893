import { calls } from '../../config/calls.js';
import { callDuration, callsLag } from '../../config/metrics.js';
import { callQueries } from '../../database/queries/calls.js';
import { type Called, Settled } from '../business/perform.js';
import { Problem } from '../business/problem.js';
import { type Transaction, transaction } from '../data/database.js';
import { type Claimed, type Limits, type Log, Worker } from '../data/worker.js';
import { histogram, latest } from '../observability/metrics.js';
import { described } from './log.js';

/** By `PORT.call`, who makes it; the key is the same in every attempt, and the signal says when nobody waits any longer. */
export type Ports = Readonly<Record<string, (input: never, key: string, signal: AbortSignal) => Promise<string>>>;

/** By `operation.outcome`, what follows from it. */
export type Outcomes = Readonly<Record<string, (tx: Transaction, call: Called) => Promise<string>>>;

const observe = histogram(callDuration);
const lag = latest(callsLag);

/** Makes the calls that operations have left behind, and lets happen what follows from them: each outcome once. */
export class Caller extends Worker {
  readonly #ports: Ports;
  readonly #outcomes: Outcomes;

  constructor(log: Log, ports: Ports, outcomes: Outcomes, limits: Limits = calls) {
    const operations = Object.keys(outcomes).map((name) => name.slice(0, name.lastIndexOf('.')));
    const known = [[...new Set(operations)], Object.keys(ports)];
    super({ name: 'calls', queries: callQueries, lag, known }, log, limits);
    this.#ports = ports;
    this.#outcomes = outcomes;
  }

  protected async work(row: Claimed): Promise<void> {
    const [id, attempts, operation, name, input, rows] = row;
    const about = { id, call: name, operation, attempts: Number(attempts) };
    try {
      const outcome = await this.#ask(String(name), JSON.parse(String(input)), String(id));
      await this.#settle(`${operation}.${outcome}`, { id: String(id), rows: JSON.parse(String(rows)) })
        .then(() => this.log.info({ event: 'call.done', ...about, outcome }))
        .catch((error: unknown) => this.#refuse(error, row, { ...about, outcome }));
    } catch (error) {
      this.log.warn({ event: 'call.failed', ...about, err: described(error) });
      if (await this.giveBack(row)) this.log.error({ event: 'call.dead', ...about });
    }
  }

  protected unavailable(error: unknown): void {
    this.log.error({ event: 'calls.failed', err: described(error) });
  }

  /** Outside of any transaction. */
  async #ask(name: string, input: unknown, key: string): Promise<string> {
    const started = performance.now();
    let outcome = 'failed';
    try {
      const port = this.#ports[name];
      if (!port) throw new Error(`nobody makes the call ${name}`);
      outcome = await this.inTime((signal) => port(input as never, key, signal));
      return outcome;
    } finally {
      observe((performance.now() - started) / 1000, name, outcome);
    }
  }

  async #settle(name: string, call: Called): Promise<void> {
    const follow = this.#outcomes[name];
    if (!follow) throw new Error(`nothing is known of the outcome ${name}`);
    await transaction({ userId: null, role: null, operation: name }, (tx) => follow(tx, call));
  }

  /** Steps that refuse would refuse again; whoever has settled the call in the meantime has done everything. */
  async #refuse(error: unknown, [id, attempts]: Claimed, about: { outcome: string }): Promise<void> {
    if (error instanceof Settled) return;
    if (!(error instanceof Problem)) throw error;
    await this.write('refuse', callQueries.refuse, id, attempts, about.outcome);
    this.log.error({ event: 'call.refused', ...about, reason: error.code });
  }
}
