import type { Logger } from 'pino';
import { jobSettings } from '../../config/jobs.js';
import { jobRows } from '../../config/metrics.js';
import { jobQueries } from '../../database/queries/jobs.js';
import { Overtaken, Passed, type Turn } from '../business/perform.js';
import { Unreachable } from '../data/batch.js';
import { type Context, read, type Transaction, transaction, write } from '../data/database.js';
import { described } from '../external/log.js';
import { counter } from '../observability/metrics.js';

export interface Job {
  /** Selects the ids of the next rows behind one. */
  readonly rows: string;
  /** Ends a run, and says when the next one is. */
  readonly finish: string;
  readonly work: (tx: Transaction, turn: Turn) => Promise<string>;
}

type Log = Pick<Logger, 'info' | 'error'>;

const nobody = (operation: string): Context => ({ userId: null, role: null, operation });
const count = counter(jobRows);

/** Runs jobs when they are due: one process a run, one transaction a row. Whoever dies leaves its run to another one. */
export class Runner {
  readonly #log: Log;
  readonly #jobs: Readonly<Record<string, Job>>;
  readonly #polling: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(log: Log, jobs: Readonly<Record<string, Job>>, pollMs: number = jobSettings.pollMs) {
    this.#log = log;
    this.#jobs = jobs;
    this.#polling = setInterval(() => this.#wake(), pollMs);
    this.#wake();
  }

  /** Begins no further row, and waits for the one under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#polling);
    await this.#running;
  }

  #wake(): void {
    this.#running ??= this.#runAll()
      .catch((error: unknown) => this.#log.error({ event: 'jobs.failed', err: described(error) }))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #runAll(): Promise<void> {
    const known = `{${Object.keys(this.#jobs).join(',')}}`;
    while (!this.#stopped) {
      const [claimed] = await write(nobody('jobs'), { name: 'jobs.claim', text: jobQueries.claim, values: [known] });
      const [name, claim, reached] = claimed?.rows[0] ?? [];
      const job = this.#jobs[String(name)];
      if (!job) return;
      await this.#run(String(name), job, String(claim), reached ?? null);
    }
  }

  async #run(name: string, job: Job, claim: string, reached: string | null): Promise<void> {
    const context = nobody(`job ${name}`);
    const done = { count: 0, failed: 0 };
    let last = reached;
    for (;;) {
      const [found] = await read(context, { name: `${context.operation} rows`, text: job.rows, values: [last] });
      const rows = found?.rows ?? [];
      if (rows.length === 0) break;
      for (const [row] of rows) {
        if (this.#stopped) return;
        last = String(row);
        const result = await this.#reach(context, job, { row: last, claim });
        if (result === 'overtaken') return;
        if (result === 'passed') continue;
        done.count += 1;
        if (result === 'failed') done.failed += 1;
        count(name, result);
      }
    }
    await write(context, { name: `${context.operation} finish`, text: job.finish, values: [claim] });
    this.#log.info({ event: 'job.done', job: name, ...done });
  }

  async #reach(context: Context, job: Job, turn: Turn): Promise<'done' | 'failed' | 'passed' | 'overtaken'> {
    try {
      await transaction(context, (tx) => job.work(tx, turn));
      return 'done';
    } catch (error) {
      if (error instanceof Overtaken) return 'overtaken';
      if (error instanceof Passed) return 'passed';
      // Nothing is known of the row then: the run goes on from where it was.
      if (error instanceof Unreachable) throw error;
      this.#log.error({ event: 'job.failed', job: context.operation.slice(4), row: turn.row, err: described(error) });
      return 'failed';
    }
  }
}
